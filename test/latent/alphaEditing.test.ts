import { describe, expect, test } from '@jest/globals';
import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { mixAnchors } from '../../runtime/latent/alpha/anchors.js';
import { isInside } from '../../runtime/latent/alpha/dilatedSimplex.js';
import { alphaDirection, editAlpha } from '../../runtime/latent/alpha/editing.js';
import { projectLatent } from '../../runtime/latent/alpha/projectLatent.js';
import { anchorsAt, distance, least, randomAnchors, sum, vector } from './alphaFixtures.js';

const anchors = randomAnchors(6, 16);
const direction = vector(standardNormal(77, 16));
const start = Float64Array.of(0.3, 0.25, 0.15, 0.1, 0.1, 0.1);

describe('alphaDirection', () => {
  test('of a difference of two anchors is that difference', () => {
    const d = vector(mixAnchors(anchors, [1, -1, 0, 0, 0, 0]).data);
    const { gamma, reach } = alphaDirection(anchors, d);
    expect(distance(gamma, [1, -1, 0, 0, 0, 0])).toBeLessThan(1e-6);
    expect(reach).toBeCloseTo(1, 6);
  });

  test.each([true, false])('nothing it leaves of the direction could be shown (keepSum %p)', (keepSum) => {
    const { gamma, reach } = alphaDirection(anchors, direction, keepSum);
    const shown = mixAnchors(anchors, gamma).data;
    const left = direction.data.map((value, i) => value - shown[i]!);
    const rows = [...Array(6).keys()].map((n) => anchors.ws.data.subarray(16 * n, 16 * n + 16));
    const products = rows.map((row) => sum(row.map((value, i) => value * left[i]!)));
    // With the sum kept, what is left is orthogonal to the differences of anchors only.
    for (const value of products) expect(value - (keepSum ? products[0]! : 0)).toBeCloseTo(0, 4);
    expect(reach).toBeCloseTo(Math.hypot(...shown) / Math.hypot(...direction.data), 6);
    if (keepSum) expect(sum(gamma)).toBeCloseTo(0, 12);
    else expect(Math.abs(sum(gamma))).toBeGreaterThan(1e-3);
  });

  test('more anchors than dimensions, and the same anchor twice', () => {
    const crowd = randomAnchors(9, 3);
    const { gamma, reach } = alphaDirection(crowd, vector([1, 2, 3]));
    expect(reach).toBeCloseTo(1, 6);
    expect(distance(mixAnchors(crowd, gamma).data, [1, 2, 3])).toBeLessThan(1e-5);
    const twins = alphaDirection(anchorsAt([0, 0], [0, 0], [2, 0]), vector([1, 0]));
    expect([...twins.gamma]).toEqual([-0.25, -0.25, 0.5].map((value) => expect.closeTo(value, 6)));
  });

  test('nothing to show', () => {
    for (const few of [anchorsAt([1, 2]), anchorsAt([1, 2], [1, 2]), anchorsAt([0, 0], [1, 0])]) {
      expect(() => alphaDirection(few, vector([0, 1]))).toThrow(NumericError);
      expect(() => alphaDirection(few, vector([0, 1]))).toThrow('show nothing of this direction');
    }
    expect(() => alphaDirection(anchors, vector([1]))).toThrow(ShapeError);
    expect(() => alphaDirection(anchors, vector(new Array(16).fill(0)))).toThrow(NumericError);
  });
});

describe('editAlpha', () => {
  const step = alphaDirection(anchors, direction);
  const far = 25;

  test('inside, all policies agree, and the sum stays 1', () => {
    for (const policy of ['continue', 'stop', 'project'] as const) {
      const edited = editAlpha(anchors, start, step, 0.01, { policy });
      expect(edited).toMatchObject({ theta: 0.01, outside: false });
      expect(
        distance(
          edited.alpha,
          start.map((value, n) => value + 0.01 * step.gamma[n]!),
        ),
      ).toBe(0);
      expect(sum(edited.alpha)).toBeCloseTo(1, 12);
      expect(distance(editAlpha(anchors, start, step, 0, { policy }).alpha, start)).toBe(0);
    }
  });

  test('continue goes on, and undone it is the start', () => {
    const there = editAlpha(anchors, start, step, far);
    expect(there).toMatchObject({ theta: far, outside: true });
    expect(least(there.alpha)).toBeLessThan(-0.03);
    expect(distance(editAlpha(anchors, there.alpha, step, -far).alpha, start)).toBeLessThan(1e-12);
  });

  test.each([far, -far])(
    'stop by %p goes to the border, not beyond, and undone by what it went is the start',
    (theta) => {
      const there = editAlpha(anchors, start, step, theta, { policy: 'stop' });
      expect(there.outside).toBe(true);
      expect(isInside(there.alpha, 0.03, 1e-12)).toBe(true);
      expect(least(there.alpha)).toBeCloseTo(-0.03, 12);
      expect(there.theta / theta).toBeGreaterThan(0);
      expect(there.theta / theta).toBeLessThan(1);
      expect(isInside(editAlpha(anchors, start, step, there.theta * 1.001).alpha, 0.03, 1e-9)).toBe(false);
      const back = editAlpha(anchors, there.alpha, step, -there.theta, { policy: 'stop' });
      expect(distance(back.alpha, start)).toBeLessThan(1e-12);
    },
  );

  test('project is the nearest of P_beta; undone from there it is not the start', () => {
    const there = editAlpha(anchors, start, step, far, { policy: 'project' });
    expect(isInside(there.alpha, 0.03)).toBe(true);
    const asked = mixAnchors(anchors, editAlpha(anchors, start, step, far).alpha);
    const { alpha } = projectLatent(anchors, asked, 0.03);
    expect(distance(there.alpha, alpha)).toBeLessThan(1e-5);
    const back = editAlpha(anchors, there.alpha, step, -far, { policy: 'project' });
    expect(isInside(back.alpha, 0.03)).toBe(true);
    expect(distance(back.alpha, start)).toBeGreaterThan(1e-3);
  });

  test('the authors’ gamma, whose sum drifts, is brought back by project', () => {
    const free = alphaDirection(anchors, direction, false);
    expect(isInside(editAlpha(anchors, start, free, 3, { policy: 'project' }).alpha, 0.03)).toBe(true);
  });

  test('errors', () => {
    const outside = [2, -1, 0, 0, 0, 0];
    expect(() => editAlpha(anchors, outside, step, 1, { policy: 'stop' })).toThrow('Project it first');
    expect(() => editAlpha(anchors, start, step, NaN)).toThrow(NumericError);
    expect(() => editAlpha(anchors, [1], step, 1)).toThrow(ShapeError);
  });
});
