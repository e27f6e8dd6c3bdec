import { describe, expect, test } from '@jest/globals';
import { AssetError, HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { extremes } from '../../runtime/latent/extremes.js';
import { linearSvm } from '../../runtime/latent/linearSvm.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { orthogonalise } from '../../runtime/latent/orthogonalise.js';
import { separate } from '../../runtime/latent/separator.js';
import { cosine, replaced, sum } from './alphaFixtures.js';

const wDim = 32;
const truth = standardNormal(500, wDim);

/** Samples about a mean that is not 0, and how far each lies along the true normal, plus noise. */
function labelled(count: number, noise = 0): { samples: Tensor; scores: Float64Array } {
  const data = standardNormal(501, count * wDim).map((value, i) => 2 * value + Math.cos(i % wDim));
  const errors = standardNormal(502, count);
  const length = Math.hypot(...truth);
  const scores = Float64Array.from({ length: count }, (_, n) => {
    const row = data.subarray(n * wDim, (n + 1) * wDim);
    return sum(row.map((value, i) => value * truth[i]!)) / length + noise * errors[n]!;
  });
  return { samples: { dims: [count, wDim], data }, scores };
}

describe('separate', () => {
  test.each([0, 1])('finds the known normal, with noise %p of the scores', (noise) => {
    const { samples, scores } = labelled(4000, noise);
    const { normal, accuracy, counts } = separate(samples, scores);
    expect(cosine(normal, truth)).toBeGreaterThan(0.95);
    expect(Math.hypot(...normal)).toBeCloseTo(1, 12);
    expect(accuracy).toBeGreaterThan(0.95);
    expect(counts).toEqual([400, 400]);
  });

  test('labels of 0 and 1 of which one is rare', () => {
    const { samples, scores } = labelled(4000);
    const border = [...scores].sort((a, b) => a - b)[3800]!;
    for (const sign of [1, -1]) {
      const labels = scores.map((score) => (score >= border ? sign : 0));
      const found = separate(samples, labels, { fraction: 0.5 });
      expect(found.counts).toEqual(sign > 0 ? [200, 2000] : [2000, 200]);
      expect(sign * cosine(found.normal, truth)).toBeGreaterThan(0.9);
      expect(found.accuracy).toBeGreaterThan(0.85);
    }
  });

  test('scores of nothing separate at chance', () => {
    const { samples } = labelled(4000);
    const { accuracy } = separate(samples, standardNormal(9, 4000));
    expect(accuracy).toBeGreaterThan(0.35);
    expect(accuracy).toBeLessThan(0.65);
  });

  test('the plane stands between the classes, wherever w has its origin', () => {
    const { samples, scores } = labelled(1000);
    const moved = { ...samples, data: samples.data.map((value) => value + 64) };
    const [here, there] = [separate(samples, scores), separate(moved, scores)];
    expect(cosine(here.normal, there.normal)).toBeGreaterThan(0.999999);
    expect(there.bias).toBeCloseTo(here.bias - 64 * sum(here.normal), 2);
  });

  test('a seed is a split', () => {
    const { samples, scores } = labelled(400, 1);
    expect(separate(samples, scores, { seed: 3 })).toEqual(separate(samples, scores, { seed: 3 }));
    expect(separate(samples, scores, { seed: 3 }).normal).not.toEqual(separate(samples, scores, { seed: 4 }).normal);
  });

  const given = labelled(20);
  const same = { dims: [20, 2], data: new Float32Array(40).fill(1) };
  test.each<[string, () => unknown, new (...given: never[]) => HeadError, string]>([
    ['constant scores', () => separate(given.samples, new Float64Array(20).fill(3)), AssetError, 'all 20 scores are 3'],
    [
      'one of a class',
      () =>
        separate(
          given.samples,
          given.scores.map((_, n) => +(n === 5)),
        ),
      AssetError,
      'got 1 high',
    ],
    ['no sample', () => separate({ dims: [0, 2], data: new Float32Array() }, []), AssetError, '0 high and 0 low'],
    ['three samples', () => separate({ dims: [3, 1], data: new Float32Array(3) }, [1, 2, 3]), AssetError, '1 high'],
    ['a score of NaN', () => separate(given.samples, replaced(given.scores, 4, NaN)), NumericError, 'score 4 is NaN'],
    ['fewer scores', () => separate(given.samples, [1, 2]), ShapeError, 'expected [2, *]'],
    ['a fraction', () => separate(given.samples, given.scores, { fraction: 0.7 }), ShapeError, 'got 0.7'],
    ['all held out', () => separate(given.samples, given.scores, { heldOut: 1 }), ShapeError, 'got 1'],
    ['the same w', () => separate(same, given.scores), NumericError, 'both classes have the same w'],
    ['w of NaN', () => separate({ ...same, data: same.data.fill(NaN) }, given.scores), NumericError, 'not finite'],
  ])('%s', (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});

describe('extremes', () => {
  test('the highest and the lowest', () => {
    expect(extremes([5, 1, 4, 2, 3, 6, 0, 7], 0.25)).toEqual({ top: [5, 7], bottom: [1, 6] });
  });

  test('a score that both sides meet in belongs to the side it fills, or to neither', () => {
    expect(extremes([0, 0, 0, 0, 1, 1], 0.5)).toEqual({ top: [4, 5], bottom: [0, 1, 2] });
    expect(extremes([1, 1, 1, 1, 0, 0], 0.5)).toEqual({ top: [1, 2, 3], bottom: [4, 5] });
    expect(extremes([0, -1, -1, 0, 1, 0, 0, 1], 0.5)).toEqual({ top: [4, 7], bottom: [1, 2] });
  });
});

test('linearSvm reaches the minimum of its loss', () => {
  const [count, size, cost] = [80, 5, 0.7];
  const y = Int8Array.from({ length: count }, (_, n) => (n % 4 ? -1 : 1));
  const x = Float64Array.from(
    standardNormal(60, count * size),
    (v, i) => 0.5 * v + (i % size ? 0 : 0.4 * y[(i / size) | 0]!),
  );
  const { normal, bias } = linearSvm(x, y, { cost });
  const v = [...normal, bias];
  // The gradient of 1/2 ||v||^2 + sum C_i max(0, 1 - y v.x)^2, classes balanced.
  const gradient = v.slice();
  y.forEach((label, n) => {
    const row = [...x.subarray(n * size, (n + 1) * size), 1];
    const margin = 1 - label * sum(row.map((value, i) => value * v[i]!));
    const weight = (cost * count) / (2 * (label > 0 ? 20 : 60));
    if (margin > 0) row.forEach((value, i) => (gradient[i]! -= 2 * weight * margin * label * value));
  });
  for (const value of gradient) expect(Math.abs(value)).toBeLessThan(1e-4);
  expect(Math.hypot(...v)).toBeGreaterThan(0.5);
});

describe('orthogonalise', () => {
  const others = [1, 2, 3].map((seed) => standardNormal(seed, 64).map((value, i) => value + (i < 8 ? 3 : 0)));
  const direction = standardNormal(9, 64).map((value, i) => value + (i < 8 ? 2 : 0));

  test('leaves the others alone, to 1e-9, and is a unit', () => {
    const left = orthogonalise(direction, others);
    for (const other of others) expect(Math.abs(cosine(left, other))).toBeLessThan(1e-9);
    expect(Math.hypot(...left)).toBeCloseTo(1, 12);
    expect(cosine(left, direction)).toBeGreaterThan(0.5);
  });

  test('of one other is n - (n.m) m', () => {
    expect([...orthogonalise([3, 4], [[2, 0]])]).toEqual([0, 1]);
    expect([...orthogonalise([3, 4], [])]).toEqual([0.6, 0.8]);
  });

  test('others that nearly or wholly depend on one another', () => {
    const nearly = others[0]!.map((value, i) => value + 1e-4 * others[1]![i]!);
    const dependent = [...others, nearly, others[0]!, new Float32Array(64)];
    const left = orthogonalise(direction, dependent);
    for (const other of others) expect(Math.abs(cosine(left, other))).toBeLessThan(1e-9);
    expect(cosine(left, orthogonalise(direction, others))).toBeCloseTo(1, 9);
  });

  test('errors', () => {
    expect(() => orthogonalise([1, 2], [[2, 4]])).toThrow(NumericError);
    expect(() => orthogonalise([0, 0], [])).toThrow('nothing of it is left');
    expect(() => orthogonalise([1, 2], [[1]])).toThrow(ShapeError);
    expect(() => orthogonalise([1, NaN], [])).toThrow('not finite');
  });
});
