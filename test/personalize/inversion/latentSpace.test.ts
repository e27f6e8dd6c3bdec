import { describe, expect, test } from '@jest/globals';
import { LatentSpace } from '../../../personalize/inversion/latentSpace.js';
import { frontalCamera } from '../../../runtime/camera/lookAt.js';
import { Generator } from '../../../runtime/generator/generator.js';
import type { Direction, Directions } from '../../../runtime/latent/directions.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { expectClose } from '../../harness/compare.js';
import { hashed, relative } from '../../gradient/scene.js';
import { cpu } from '../../network/runGraph.js';
import { tinyBase } from '../../network/tinyBase.js';

let measuring: Promise<LatentSpace> | null = null;
const measured = (): Promise<LatentSpace> =>
  (measuring ??= (async () => LatentSpace.measure(await tinyBase(), await cpu()))());

/** Latents that the mapping network makes of seeds the space was not measured on, as coordinates. */
async function sampled(count: number): Promise<{ w: Float32Array; v: Float32Array }[]> {
  const base = await tinyBase();
  const generator = new Generator(base, await cpu());
  const latent = await measured();
  const found: { w: Float32Array; v: Float32Array }[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const z = standardNormal(seed, generator.layout.zDim);
    const w = (await generator.map(z, frontalCamera(base.config.camera))).slice();
    found.push({ w, v: latent.fromW(w) });
  }
  await generator.dispose();
  return found;
}

describe('LatentSpace', () => {
  test('at v = 0 every row is wAvg', async () => {
    const latent = await measured();
    const wAvg = (await tinyBase()).tensors.get('backbone.mapping.w_avg')!.data;
    const { dims, data } = latent.toWs(new Float32Array(32));
    expect(dims).toEqual([8, 32]);
    for (let row = 0; row < 8; row++) expect(data.slice(row * 32, row * 32 + 32)).toEqual(wAvg);
  });

  test('toWs and fromW are inverse to each other, for the base’s own latents and for others', async () => {
    const latent = await measured();
    const own = (await sampled(3)).map(({ w }) => w);
    for (const w of [...own, hashed('w', 32, 3)]) {
      expectClose(latent.toWs(latent.fromW(w)).data.slice(7 * 32), w, 1e-5 * Math.hypot(...w), 'w');
    }
    const v = hashed('v', 32);
    expectClose(latent.fromW(latent.toWs(v).data.slice(0, 32)), v, { relRms: 1e-4 }, 'v');
  });

  test('the base’s own latents are spread evenly over the coordinates', async () => {
    const found = await sampled(100);
    const spreads = Float64Array.from({ length: 32 }, (_, k) => {
      const values = found.map(({ v }) => v[k]!);
      // The golden network's wAvg is not the mean of what it makes.
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    });
    // 1 in each direction but for those so narrow that they are counted as wider, and for what 100 samples leave open.
    expect(Math.max(...spreads)).toBeLessThan(1.6);
    expect(Math.hypot(...spreads) / Math.sqrt(32)).toBeGreaterThan(0.5);
  });

  test.each([1, 8])('backward, %i rows, is the slope of toWs', async (rows) => {
    const latent = await measured();
    const v = hashed('v', rows * 32);
    const byWs = hashed('byWs', 8 * 32);
    const dot = (values: Float32Array): number => {
      let sum = 0;
      latent.toWs(values).data.forEach((value, i) => (sum += value * byWs[i]!));
      return sum;
    };
    // toWs is linear, so that a long step is exact.
    const expected = Float64Array.from(v, (value, i) => {
      const [above, below] = [v.slice(), v.slice()];
      above[i] = value + 4;
      below[i] = value - 4;
      return (dot(above) - dot(below)) / (above[i] - below[i]);
    });
    expect(relative(latent.backward(byWs, rows), expected)).toBeLessThan(1e-4);
  });

  test('with directions, an expression is few steps away, one side of it alone more, and others stay', async () => {
    const wDim = 32;
    const along = (axis: number, length: number): Float32Array =>
      Float32Array.from({ length: wDim }, (_, i) => (i === axis ? length : 0));
    const expression = (name: string, axis: number): Direction => ({
      ...{ name, kind: 'expression', range: [0, 1], vector: along(axis, 5) },
    });
    const set: Directions = {
      base: '',
      byName: new Map([
        ['jawOpen', expression('jawOpen', 3)],
        ['smileLeft', expression('smileLeft', 7)],
        ['smileRight', expression('smileRight', 8)],
        ['age', { name: 'age', kind: 'attribute', range: [-3, 3], vector: along(12, 5) }],
      ]),
      groups: new Map([
        [
          'smile',
          new Map([
            ['smileLeft', 1],
            ['smileRight', 1],
          ]),
        ],
      ]),
      neutral: new Map(),
    };
    const plain = await measured();
    const wide = await LatentSpace.measure(await tinyBase(), await cpu(), set);
    const mean = plain.mean;
    const steps = (latent: LatentSpace, offset: Float32Array): number =>
      Math.hypot(...latent.fromW(offset.map((value, i) => mean[i]! + value)));
    const both = along(7, 5).map((value, i) => value + along(8, 5)[i]!);
    for (const offset of [along(3, 5), both]) {
      expect(steps(wide, offset)).toBeLessThan(2.6);
      expect(steps(wide, offset)).toBeGreaterThan(1);
      expect(steps(plain, offset)).toBeGreaterThan(3 * steps(wide, offset));
    }
    const left = along(7, 5);
    expect(steps(wide, left)).toBeGreaterThan(1.5 * steps(wide, both));
    expect(steps(wide, left)).toBeLessThan(steps(plain, left));
    expect(steps(wide, along(12, 5)) / steps(plain, along(12, 5))).toBeCloseTo(1, 1);
    const v = hashed('v', wDim);
    expectClose(wide.fromW(wide.toWs(v).data.slice(0, wDim)), v, { relRms: 1e-4 }, 'v');
  });

  test('measured twice it is the same', async () => {
    const again = await LatentSpace.measure(await tinyBase(), await cpu());
    const v = hashed('v', 8 * 32);
    expect(again.toWs(v).data).toEqual((await measured()).toWs(v).data);
  });
});
