import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { golden } from '../harness/npz.js';
import { everySecond, hashed, lossGradients, relative, tinyBase, type LossGradients } from './scene.js';

/** Relative; the bound. */
const tolerance = 1e-4;
const expected = golden('tiny_lora_grads');
const summary = JSON.parse(readFileSync(resolve('test/goldens/tiny_grads.json'), 'utf8')) as {
  params: Record<string, [number, number, number]>;
};

/** Everything trainable in a network, without what has no gradient there. */
const trainable = (names: Iterable<string>, network: string): string[] =>
  [...names].filter((name) => name.startsWith(network) && name in summary.params);

describe("gradients of the goldens' loss, by ONNX Runtime on the CPU and the renderer's twin", () => {
  let gradients: LossGradients;

  beforeAll(async () => {
    const base = await tinyBase();
    const names = [...base.tensors.keys()];
    gradients = await lossGradients(base, {
      synthesis: trainable(names, 'backbone.synthesis.'),
      superresolution: trainable(names, 'superresolution.'),
    });
  });

  test('loss', () => expect(gradients.loss).toBeCloseTo(expected.get('grad.loss')!.data[0]!, 5));

  test('ws', () => expect(relative(gradients.ws, expected.get('grad.ws')!.data)).toBeLessThan(tolerance));

  test('planes', () => {
    const planes = everySecond(gradients.volume.planes, 96, 32);
    expect(relative(planes, expected.get('grad.planes_stride2')!.data)).toBeLessThan(tolerance);
  });

  test('decoder', () => {
    const { w1, b1, w2, b2 } = gradients.volume.decoder;
    // The decoder's gains are folded into its numbers: raw weight = folded / gain.
    const folded = { 'net.0.weight': w1.map((v) => v / Math.sqrt(32)), 'net.0.bias': b1 };
    const last = { 'net.2.weight': w2.map((v) => v / 8), 'net.2.bias': b2 };
    for (const [name, values] of Object.entries({ ...folded, ...last })) {
      expect(relative(values, expected.get(`grad.decoder.${name}`)!.data)).toBeLessThan(tolerance);
    }
  });

  test('parameters kept whole', () => {
    const names = [...expected.keys()].filter((name) => /^grad\.(backbone|superresolution)/.test(name));
    expect(names.length).toBe(7);
    for (const name of names) {
      const actual = gradients.parameters.get(name.slice('grad.'.length))!;
      expect(relative(actual, expected.get(name)!.data)).toBeLessThan(tolerance);
    }
  });

  test('every parameter, by its norm and its product with a known direction', () => {
    expect(gradients.parameters.size).toBeGreaterThan(70);
    for (const [name, values] of gradients.parameters) {
      const known = summary.params[name];
      if (!known) continue; // ws and features
      const direction = hashed(`grad.dir.${name}`, values.length);
      const norm = Math.hypot(...values);
      const product = values.reduce((sum, v, i) => sum + v * direction[i]!, 0);
      expect([name, Math.abs(norm - known[0]) / known[0] < tolerance]).toEqual([name, true]);
      expect([name, Math.abs(product - known[1]) / known[0] < tolerance]).toEqual([name, true]);
    }
  });
});
