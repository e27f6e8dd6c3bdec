import { describe, expect, test } from '@jest/globals';
import { manifest } from '../core/manifest.js';
import { goldenTensor, tiny2xBase, fullBase } from './hashWeights.js';
import { tinyBase } from './tinyBase.js';

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

test('the pickle holds the weights that the formula gives', async () => {
  const { tensors } = await tinyBase();
  const known = Object.entries(manifest.configs.tiny.tensors).filter(([name]) => tensors.has(name));
  expect(known.length).toBeGreaterThan(100);
  for (const [name, { shape }] of known) {
    expect([name, tensors.get(name)?.data]).toEqual([name, goldenTensor(name, shape).data]);
  }
});

describe.each(['tiny', 'tiny2x', 'full'] as const)('%s', (config) => {
  test('first values and sums are those of the manifest', () => {
    const hashed = Object.entries(manifest.configs[config].tensors).filter(([, entry]) => entry.first !== undefined);
    expect(hashed.length).toBeGreaterThan(30);
    for (const [name, { shape, first, sum }] of hashed) {
      const { data } = goldenTensor(name, shape);
      expect([name, ...data.slice(0, first!.length)]).toEqual([name, ...first!]);
      // Float64 sums of up to two million numbers, added in another order than numpy's.
      expect(Math.abs(sumOf(data) - sum!)).toBeLessThan(1e-6 * Math.max(1, data.length ** 0.5));
    }
  });
});

test('the bases are complete', async () => {
  const [tiny2x, full] = [await tiny2xBase(), await fullBase()];
  expect(tiny2x.tensors.get('superresolution.block0.conv0.weight')?.dims).toEqual([16, 32, 3, 3]);
  const parameters = [...full.tensors].filter(
    ([name]) => !/(noise_const|resample_filter|w_avg|plane_axes)$/.test(name),
  );
  expect(parameters.reduce((total, [, { data }]) => total + data.length, 0)).toBe(30_662_136);
});
