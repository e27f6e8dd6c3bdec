import { expect, test } from '@jest/globals';
import { NumericError } from '../../runtime/core/errors.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { golden } from '../harness/npz.js';

test.each([
  ['tiny_main', 0, 32],
  ['tiny_main', 1, 32],
  ['full_main', 0, 512],
  ['full_main', 1, 512],
] as const)("numpy's numbers: %s, seed %d", (file, seed, count) => {
  expect(standardNormal(seed, count)).toEqual(golden(file).get(`z${seed}.z`)!.data);
});

test('a shorter latent is the beginning of a longer one, odd counts too', () => {
  expect(standardNormal(7, 5)).toEqual(standardNormal(7, 1500).slice(0, 5));
  expect(standardNormal(7, 0)).toHaveLength(0);
});

test('the largest seed', () => {
  const values = standardNormal(2 ** 32 - 1, 2000);
  const mean = values.reduce((sum, value) => sum + value) / 2000;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2000;
  expect(Math.abs(mean)).toBeLessThan(0.1);
  expect(Math.abs(variance - 1)).toBeLessThan(0.1);
});

test.each([-1, 0.5, 2 ** 32, NaN])('%d is no seed', (seed) => {
  expect(() => standardNormal(seed, 4)).toThrow(NumericError);
  expect(() => standardNormal(seed, 4)).toThrow(`got ${seed}`);
});
