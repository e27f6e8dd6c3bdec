import { describe, expect, test } from '@jest/globals';
import { patchLoss, structureLoss, type LossWeights } from '../../../personalize/training/losses.js';
import { hashed, relative } from '../../gradient/scene.js';
import { differences, patchOf, viewOf } from './patches.js';

/** Of the whole gradient; the step's own error is about 4e-4. */
const tolerance = 3e-3;

const weights: LossWeights = { color: 0.7, alpha: 0.4, structure: 1.3 };

describe('structureLoss', () => {
  // 7 has one scale, 12 and 8 two, 16 three.
  test.each([1, 2, 7, 8, 12, 16])('side %i: its gradient is that of finite differences', (side) => {
    const error = hashed(`error ${side}`, 3 * side * side, 0.05);
    const before = hashed('before', error.length, 1);
    const gradient = before.slice();
    const loss = structureLoss(error, side, 2, gradient);
    const added = gradient.map((value, i) => value - before[i]!);
    if (side === 1) {
      expect([loss, ...added]).toEqual([0, 0, 0, 0]);
      return;
    }
    const expected = differences(error, (values) => 2 * structureLoss(values, side, 2, new Float32Array(error.length)));
    expect(relative(added, expected)).toBeLessThan(tolerance);
    expect(loss).toBeGreaterThan(0);
  });

  test('an even shift of colour has no structure; a finer pattern has more than a coarse one of its size', () => {
    const of = (value: (x: number, y: number) => number): number => {
      const error = Float32Array.from({ length: 3 * 64 }, (_, i) => value(i % 8, Math.floor(i / 8) % 8));
      return structureLoss(error, 8, 1, new Float32Array(192));
    };
    expect(of(() => 0.3)).toBe(0);
    expect(of((x) => 0.2 * (x % 2))).toBeGreaterThan(of((x) => 0.2 * Math.floor(x / 4)));
  });
});

describe('patchLoss', () => {
  test.each([
    [5, true],
    [8, true],
    [6, false],
  ])('side %i, mask %s: its gradients are those of finite differences', (side, masked) => {
    const patch = patchOf(side, masked);
    const features = hashed('features', 3 * side * side, 0.4);
    const alpha = hashed('alpha', side * side, 0.2).map((value) => 0.5 + value);
    const { total, color, alpha: byMask, structure, gradients } = patchLoss(viewOf(features, alpha), patch, weights);
    expect(total).toBeCloseTo(0.7 * color + 0.4 * byMask + 1.3 * structure, 12);
    const byFeatures = differences(features, (values) => patchLoss(viewOf(values, alpha), patch, weights).total);
    expect(relative(gradients.features, byFeatures)).toBeLessThan(tolerance);
    if (masked) {
      const byAlpha = differences(alpha, (values) => patchLoss(viewOf(features, values), patch, weights).total);
      expect(relative(gradients.alpha!, byAlpha)).toBeLessThan(tolerance);
    } else {
      expect(byMask).toBe(0);
      expect(Array.from(gradients.alpha!)).toEqual(new Array(side * side).fill(0));
    }
  });

  test('pixels that do not count have no slope, those that count half have half; alpha is pushed to its nearer end', () => {
    const patch = patchOf(8, true);
    const features = hashed('features', 192, 0.4);
    const alpha = hashed('alpha', 64, 0.2).map((value) => 0.5 + value);
    const counts = Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0 : 0.5));
    const terms = { ...weights, solid: 0.3 };
    const { gradients } = patchLoss(viewOf(features, alpha), patch, terms, counts);
    const byFeatures = differences(features, (v) => patchLoss(viewOf(v, alpha), patch, terms, counts).total);
    expect(relative(gradients.features, byFeatures)).toBeLessThan(tolerance);
    const byAlpha = differences(alpha, (v) => patchLoss(viewOf(features, v), patch, terms, counts).total);
    expect(relative(gradients.alpha!, byAlpha)).toBeLessThan(tolerance);
    for (let y = 0; y < 8; y++) for (let x = 0; x < 4; x++) expect(gradients.features[y * 8 + x]).toBeCloseTo(0, 12);
    const plain = patchLoss(viewOf(features, alpha), patch, { ...weights, solid: 0.3, alpha: 0 });
    alpha.forEach((value, i) => expect(Math.sign(plain.gradients.alpha![i]!)).toBe(Math.sign(0.5 - value)));
  });

  test('colour is the mean square in 0..1', () => {
    const patch = patchOf(4, false);
    const features = patch.color.map((value) => 2 * (value + 0.25) - 1);
    const { color, structure } = patchLoss(viewOf(features, new Float32Array(16)), patch, weights);
    expect(color).toBeCloseTo(0.0625, 6);
    expect(structure).toBeCloseTo(0, 6);
  });

  test('is 0 with no slope where render and photo are equal', () => {
    const patch = { ...patchOf(8, true) };
    // Sixteenths, so that 2 x - 1 and back are exact.
    const color = patch.color.map((value) => Math.round(value * 16) / 16);
    const features = color.map((value) => 2 * value - 1);
    const loss = patchLoss(viewOf(features, patch.mask!), { ...patch, color }, weights);
    expect([loss.total, loss.color, loss.alpha, loss.structure]).toEqual([0, 0, 0, 0]);
    expect(Math.hypot(...Array.from(loss.gradients.features), ...Array.from(loss.gradients.alpha!))).toBe(0);
  });
});
