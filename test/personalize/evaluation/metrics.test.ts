import { describe, expect, test } from '@jest/globals';
import { alphaIou } from '../../../personalize/evaluation/metrics/alphaIou.js';
import { psnr } from '../../../personalize/evaluation/metrics/psnr.js';
import { structuralDistance } from '../../../personalize/evaluation/metrics/structure.js';
import { ShapeError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { blurred, noisy, pattern } from './pictures.js';

const plain = (value: number, dims: readonly number[]): Tensor => ({
  dims,
  data: new Float32Array(dims.reduce((product, size) => product * size, 1)).fill(value),
});

describe('psnr', () => {
  test('is 10 log10(4 / MSE)', () => {
    // A difference of 0.2 everywhere: 4 / 0.04 = 100.
    expect(psnr(plain(0.1, [3, 4, 5]), plain(0.3, [3, 4, 5]))).toBeCloseTo(20, 5);
    expect(psnr(plain(0.1, [3, 4, 5]), plain(0.1, [3, 4, 5]))).toBe(Infinity);
  });

  test('weighs pixels by the mask', () => {
    const [a, b] = [plain(0, [3, 1, 3]), plain(0, [3, 1, 3])];
    // Pixel 0 differs by 1 in every channel and weighs 1; pixel 1 not at all and weighs 0.6; pixel 2 lies outside.
    for (let c = 0; c < 3; c++) b.data.set([1, 0, 2], c * 3);
    const mask: Tensor = { dims: [1, 1, 3], data: Float32Array.of(1, 0.6, 0) };
    expect(psnr(a, b, mask)).toBeCloseTo(10 * Math.log10(4 * 1.6), 5);
  });

  test('refuses sizes that differ and a mask that covers nothing', () => {
    expect(() => psnr(plain(0, [3, 4, 4]), plain(0, [3, 4, 5]))).toThrow(ShapeError);
    expect(() => psnr(plain(0, [3, 4, 4]), plain(0, [3, 4, 4]), plain(1, [1, 4, 3]))).toThrow('psnr: mask');
    expect(() => psnr(plain(0, [3, 4, 4]), plain(0, [3, 4, 4]), plain(0, [1, 4, 4]))).toThrow('covers nothing');
  });
});

describe('structuralDistance', () => {
  const image = pattern(96, 96);

  test('is 0 between equal images and the same both ways', () => {
    expect(structuralDistance(image, image)).toBeCloseTo(0, 12);
    const other = noisy(image, 0.3);
    expect(structuralDistance(image, other)).toBeCloseTo(structuralDistance(other, image), 12);
  });

  test.each([
    ['blur', (strength: number) => blurred(image, strength)],
    ['shift', (strength: number) => pattern(96, 96, strength)],
    ['noise', (strength: number) => noisy(image, 0.15 * strength)],
  ])('grows with %s', (_, damaged) => {
    const distances = [0, 1, 2, 3].map((strength) => structuralDistance(image, damaged(strength)));
    expect(distances[0]).toBeCloseTo(0, 12);
    for (const i of [1, 2, 3]) expect(distances[i]! - distances[i - 1]!).toBeGreaterThan(0.005);
    expect(distances[3]).toBeLessThan(1);
  });

  test('of plain images is what the formula says', () => {
    // No contrast anywhere: cs = 1 at every scale, and l of the coarsest, ((2 x y + C1) / (x² + y² + C1))^w, is left.
    const [x, y, c1] = [0.2, 0.6, 0.0004];
    const weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
    const l = (2 * x * y + c1) / (x * x + y * y + c1);
    const exact = (scales: number): number => {
      const used = weights.slice(0, scales);
      return 1 - l ** (used.at(-1)! / used.reduce((sum, weight) => sum + weight, 0));
    };
    expect(structuralDistance(plain(x, [3, 176, 176]), plain(y, [3, 176, 176]))).toBeCloseTo(exact(5), 5);
    expect(structuralDistance(plain(x, [3, 64, 64]), plain(y, [3, 64, 64]))).toBeCloseTo(exact(3), 5);
    expect(structuralDistance(plain(x, [3, 11, 11]), plain(y, [3, 11, 11]))).toBeCloseTo(exact(1), 5);
  });

  test('takes odd and oblong sizes, and refuses what is smaller than its window', () => {
    const odd = pattern(45, 71);
    expect(structuralDistance(odd, odd)).toBeCloseTo(0, 12);
    expect(structuralDistance(odd, blurred(odd, 1))).toBeGreaterThan(0.01);
    expect(() => structuralDistance(pattern(10, 40), pattern(10, 40))).toThrow('at least 11 x 11 pixels, got 10 x 40');
    expect(() => structuralDistance(odd, pattern(45, 70))).toThrow(ShapeError);
  });
});

test('alphaIou counts what both cover over what either covers', () => {
  const a: Tensor = { dims: [1, 1, 4], data: Float32Array.of(1, 0.5, 0.4, 0) };
  const b: Tensor = { dims: [1, 1, 4], data: Float32Array.of(0.9, 0.2, 0.6, 0.1) };
  expect(alphaIou(a, b)).toBeCloseTo(1 / 3, 12);
  expect(alphaIou(a, a)).toBe(1);
  expect(alphaIou(plain(0, [1, 2, 2]), plain(0, [1, 2, 2]))).toBe(1);
  expect(() => alphaIou(a, plain(0, [1, 2, 2]))).toThrow(ShapeError);
});
