import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { modulatedLayers, networkLayout } from '../../runtime/network/layout.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { golden } from '../harness/npz.js';
import { everySecond, hashed, lossGradients, relative, tinyBase } from './scene.js';

const expected = golden('tiny_lora_factor_grads');
const summary = JSON.parse(readFileSync(resolve('test/goldens/tiny_lora_factor_grads.json'), 'utf8')) as {
  tags: Record<string, { factors: Record<string, { norm: number; dot_dir: number }> }>;
};
const tolerance = 1e-4;
const spread = 0.05;

describe.each([
  ['my3dgen_r1', 1, 1],
  ['my3dgen_r2_a3', 2, 3],
])('gradients of LoRA factors: %s', (tag, rank, alpha) => {
  test('agree with the original’s', async () => {
    const base = await tinyBase();
    const layout = networkLayout(base);
    const adaptation: Adaptation = {
      lora: (layer) => ({ weight: rank * layer.kernel, affine: rank, map: 0 }),
      isInput: () => false,
    };
    // The graph wants the scale alpha / rank inside B.
    const scale = alpha / rank;
    const fed: Record<string, Float32Array> = {};
    const names: Record<'synthesis' | 'superresolution', string[]> = { synthesis: [], superresolution: [] };
    for (const layer of modulatedLayers(layout)) {
      const sizes: [string, number, number][] = [
        [`${layer.name}.lora_A`, rank * layer.kernel * layer.inChannels * layer.kernel ** 2, 1],
        [`${layer.name}.lora_B`, layer.outChannels * rank * layer.kernel, scale],
        [`${layer.name}.affine.lora_A`, rank * layout.wDim, 1],
        [`${layer.name}.affine.lora_B`, layer.inChannels * rank, scale],
      ];
      for (const [name, count, factor] of sizes) {
        fed[name] = hashed(`lora.${name}`, count, spread).map((value) => value * factor);
        names[layer.name.startsWith('superresolution') ? 'superresolution' : 'synthesis'].push(name);
      }
    }
    const { loss, ws, volume, parameters } = await lossGradients(base, names, adaptation, fed);
    expect(loss).toBeCloseTo(expected.get(`${tag}.grad.loss`)!.data[0]!, 5);
    expect(relative(ws, expected.get(`${tag}.grad.ws`)!.data)).toBeLessThan(tolerance);
    const planes = everySecond(volume.planes, 96, 32);
    expect(relative(planes, expected.get(`${tag}.grad.planes_stride2`)!.data)).toBeLessThan(tolerance);
    let compared = 0;
    for (const [name, values] of parameters) {
      const full = `lora.${name}`;
      const known = summary.tags[tag]!.factors[full];
      if (!known) continue; // ws and features
      compared++;
      const byFactor = name.endsWith('_B') ? values.map((value) => value * scale) : values;
      const direction = hashed(`grad.dir.${full}`, values.length);
      const product = byFactor.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      expect([name, Math.abs(Math.hypot(...byFactor) - known.norm) < tolerance * known.norm]).toEqual([name, true]);
      expect([name, Math.abs(product - known.dot_dir) < tolerance * known.norm]).toEqual([name, true]);
      const whole = expected.get(`${tag}.grad.${full}`);
      if (whole) expect([name, relative(byFactor, whole.data) < tolerance]).toEqual([name, true]);
    }
    expect(compared).toBe(Object.keys(fed).length);
  });
});
