import { describe, expect, test } from '@jest/globals';
import { ShapeError } from '../../runtime/core/errors.js';
import { mixAnchors, type Anchors } from '../../runtime/latent/alpha/anchors.js';
import { isInside } from '../../runtime/latent/alpha/dilatedSimplex.js';
import { dirichlet, randomStream } from '../../runtime/latent/alpha/randomStream.js';
import { sampleAlpha, sampleAlphas, type SamplingMethod } from '../../runtime/latent/alpha/sampling.js';
import { anchorsAt, distance, randomAnchors, sum } from './alphaFixtures.js';

const methods: SamplingMethod[] = ['three-anchors', 'even'];

/** Distance of every sample's w to its nearest neighbour. */
function gaps(anchors: Anchors, alphas: readonly Float64Array[]): number[] {
  const ws = alphas.map((alpha) => mixAnchors(anchors, alpha).data);
  return ws.map((w, i) => Math.min(...ws.filter((_, j) => j !== i).map((other) => distance(w, other))));
}

describe.each(methods)('%s', (method) => {
  test.each([0, 0.03])('inside the simplex of beta %p', (beta) => {
    for (let seed = 0; seed < 40; seed++) {
      const alpha = sampleAlpha(3 + (seed % 40), { seed, method, beta });
      expect(isInside(alpha, beta, 1e-9)).toBe(true);
    }
  });

  test('a seed is a look', () => {
    expect(sampleAlpha(9, { seed: 4, method })).toEqual(sampleAlpha(9, { seed: 4, method }));
    expect(sampleAlpha(9, { seed: 4, method })).not.toEqual(sampleAlpha(9, { seed: 5, method }));
  });

  test('the first samples are the same however many are asked for', () => {
    const anchors = randomAnchors(9, 16);
    const many = sampleAlphas(anchors, 6, { seed: 2, method });
    expect(sampleAlphas(anchors, 3, { seed: 2, method })).toEqual(many.slice(0, 3));
    expect(sampleAlphas(anchors, 0, { method })).toEqual([]);
  });

  test('one anchor, and equal anchors', () => {
    expect([...sampleAlpha(1, { method })]).toEqual([1]);
    for (const alpha of sampleAlphas(anchorsAt([1, 2], [1, 2]), 5, { method })) expect(sum(alpha)).toBeCloseTo(1, 9);
  });
});

test('three-anchors takes three, without replacement', () => {
  const used = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const alpha = sampleAlpha(8, { seed, method: 'three-anchors' });
    const taken = [...alpha.keys()].filter((n) => alpha[n]! > 0);
    expect(taken).toHaveLength(3);
    taken.forEach((n) => used.add(n));
  }
  expect(used.size).toBe(8);
});

test('a Dirichlet draw has the mean and variance of the distribution', () => {
  const random = randomStream('test', 1);
  for (const [count, concentration] of [
    [4, 0.25],
    [3, 1],
    [5, 2],
  ] as const) {
    const draws = Array.from({ length: 20000 }, () => dirichlet(count, concentration, random)[0]!);
    const mean = sum(draws) / draws.length;
    const variance = sum(draws.map((value) => (value - mean) ** 2)) / draws.length;
    expect(mean).toBeCloseTo(1 / count, 1.9);
    const expected = ((1 / count) * (1 - 1 / count)) / (count * concentration + 1);
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  }
});

describe.each([
  ['10 in a plane', randomAnchors(10, 2, 1, 5)],
  ['12 in 64', randomAnchors(12, 64, 1, 6)],
  ['50 in 128', randomAnchors(50, 128, 1, 7)],
])('coverage, %s', (_, anchors) => {
  const count = 60;
  const [authors, even] = methods.map((method) =>
    [1, 2, 3].map((seed) => gaps(anchors, sampleAlphas(anchors, count, { seed, method }))),
  ) as [number[][], number[][]];

  test.each([0, 1, 2])('seed %#: neighbours are farther apart, and more evenly so, than with three anchors', (i) => {
    const mean = (values: number[]): number => sum(values) / values.length;
    const unevenness = (values: number[]): number =>
      Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))) / mean(values);
    expect(mean(even[i]!)).toBeGreaterThan(1.1 * mean(authors[i]!));
    expect(unevenness(even[i]!)).toBeLessThan(unevenness(authors[i]!));
    expect(Math.min(...even[i]!)).toBeGreaterThan(Math.min(...authors[i]!));
  });
});

test('errors', () => {
  expect(() => sampleAlpha(0)).toThrow(ShapeError);
  expect(() => sampleAlpha(2.5)).toThrow('anchors from 1, got 2.5');
  expect(() => sampleAlphas(anchorsAt([1]), -1)).toThrow('samples from 0, got -1');
  expect(() => sampleAlpha(3, { seed: 0.5 })).toThrow('a whole number as seed, got 0.5');
  expect(() => sampleAlpha(3, { beta: -1 })).toThrow('beta');
});
