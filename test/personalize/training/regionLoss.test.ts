import { describe, expect, test } from '@jest/globals';
import { regionLoss } from '../../../personalize/training/regionLoss.js';
import { hashed, relative } from '../../gradient/scene.js';
import { differences, patchOf, viewOf } from './patches.js';

describe('regionLoss', () => {
  // 8 has one region, 12 smaller ones at its edges.
  test.each([
    [8, true],
    [12, true],
    [12, false],
  ])('side %i, mask %s: its gradients are those of finite differences', (side, masked) => {
    const patch = patchOf(side, masked);
    const features = hashed('features', 3 * side * side, 0.4);
    const alpha = hashed('alpha', side * side, 0.2).map((value) => 0.5 + value);
    const { gradients } = regionLoss(viewOf(features, alpha), patch);
    const byFeatures = differences(features, (values) => regionLoss(viewOf(values, alpha), patch).total);
    expect(relative(gradients.features, byFeatures)).toBeLessThan(1e-3);
    if (!masked) return;
    const byAlpha = differences(alpha, (values) => regionLoss(viewOf(features, values), patch).total);
    expect(relative(gradients.alpha!, byAlpha)).toBeLessThan(1e-3);
  });

  test('a mark moved within its region costs nothing, another colour or an even skin does', () => {
    const side = 8;
    const area = side * side;
    const paint = (mark: (pixel: number) => number): Float32Array =>
      Float32Array.from({ length: 3 * area }, (_, i) => mark(i % area));
    const patch = { ...patchOf(side, false), color: paint((pixel) => (pixel === 9 ? 0.25 : 0.75)) };
    const cost = (mark: (pixel: number) => number): number => {
      const features = paint(mark).map((value) => 2 * value - 1);
      return regionLoss(viewOf(features, new Float32Array(area)), patch).total;
    };
    expect(cost((pixel) => (pixel === 20 ? 0.25 : 0.75))).toBeLessThan(1e-12);
    expect(cost(() => 0.75)).toBeGreaterThan(1e-4);
    expect(cost((pixel) => (pixel === 20 ? 0.25 : 0.65))).toBeGreaterThan(1e-3);
  });
});
