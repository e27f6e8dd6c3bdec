import { describe, expect, test } from '@jest/globals';
import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { dilate, isInside, projectAlpha } from '../../runtime/latent/alpha/dilatedSimplex.js';
import { softAlpha, softAlphaGradient } from '../../runtime/latent/alpha/softAlpha.js';
import { distance, least, replaced, sum } from './alphaFixtures.js';

describe('softAlpha', () => {
  test('leaves weights well inside as they are', () => {
    const alpha = [0.2, 0.5, 0.3];
    expect(distance(softAlpha(alpha), alpha)).toBeLessThan(1e-9);
  });

  test('lifts what is below -beta, and sums to 1', () => {
    const soft = softAlpha([1.2, 0.3, -0.5], 0.03);
    expect(sum(soft)).toBeCloseTo(1, 12);
    // softplus(-0.47) is nothing, so s = (1.2, 0.3, -0.03).
    expect(soft[2]).toBeCloseTo(-0.03 / 1.47, 9);
    expect(soft[0]).toBeCloseTo(1.2 / 1.47, 9);
  });

  test('is not overflown by large weights', () => {
    expect([...softAlpha([1000, 1])]).toEqual([1000 / 1001, 1 / 1001].map((value) => expect.closeTo(value, 9)));
  });

  test('its gradient is the finite difference', () => {
    // Some weights near the bend at -beta, where the softplus is neither 0 nor linear.
    const alpha = Float64Array.of(0.7, -0.03, -0.04, -0.02, 0.1, -0.2, 0.45);
    const upstream = standardNormal(3, alpha.length);
    const gradient = softAlphaGradient(alpha, upstream);
    const loss = (at: Float64Array): number => sum(softAlpha(at).map((value, n) => value * upstream[n]!));
    alpha.forEach((value, n) => {
      const step = 1e-6;
      const difference = (loss(replaced(alpha, n, value + step)) - loss(replaced(alpha, n, value - step))) / (2 * step);
      expect(gradient[n]).toBeCloseTo(difference, 6);
    });
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.1);
  });

  test('weights that cannot be scaled to a sum of 1', () => {
    expect(() => softAlpha([-1, -1])).toThrow(NumericError);
    expect(() => softAlpha([-1, -1])).toThrow('soften');
  });
});

describe('projectAlpha', () => {
  const cases = Array.from({ length: 60 }, (_, i) => ({
    alpha: Float64Array.from(standardNormal(i, 2 + (i % 30)), (value) => value * 10 ** ((i % 5) - 2)),
    beta: [0, 0.03, 0.5][i % 3]!,
  }));

  test('lands inside', () => {
    for (const { alpha, beta } of cases) {
      const projected = projectAlpha(alpha, beta);
      expect(Math.abs(sum(projected) - 1)).toBeLessThan(1e-9);
      expect(least(projected)).toBeGreaterThanOrEqual(-beta - 1e-12);
    }
  });

  test('is the nearest: a constant below the free weights, less below the held ones', () => {
    for (const { alpha, beta } of cases) {
      const projected = projectAlpha(alpha, beta);
      const taken = alpha.map((value, n) => value - projected[n]!);
      const free = taken.filter((_, n) => projected[n]! > -beta + 1e-9);
      const tau = free[0]!;
      for (const value of free) expect(value).toBeCloseTo(tau, 8);
      expect(Math.max(...taken)).toBeLessThanOrEqual(tau + 1e-8);
    }
  });

  test('leaves what is inside', () => {
    expect(distance(projectAlpha([0.5, 0.52, -0.02], 0.03), [0.5, 0.52, -0.02])).toBeLessThan(1e-15);
    expect([...projectAlpha([7])]).toEqual([1]);
  });

  test('known corners', () => {
    expect([...projectAlpha([3, 0, 0])]).toEqual([1, 0, 0]);
    expect([...projectAlpha([3, 0, 0], 0.25)]).toEqual([1.5, -0.25, -0.25]);
    expect([...dilate([1, 0, 0], 0.25)]).toEqual([1.5, -0.25, -0.25]);
  });

  test('a beta below 0', () => {
    expect(() => projectAlpha([1], -0.1)).toThrow(ShapeError);
    expect(() => projectAlpha([1], NaN)).toThrow('got NaN');
  });
});

test('isInside', () => {
  expect(isInside([0.6, 0.43, -0.03], 0.03)).toBe(true);
  expect(isInside([0.6, 0.44, -0.04], 0.03)).toBe(false);
  expect(isInside([0.6, 0.3], 0.03)).toBe(false);
});
