import { describe, expect, test } from '@jest/globals';
import { isInside } from '../../runtime/latent/alpha/dilatedSimplex.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { editPerson, offsetOf } from '../../runtime/latent/personEdit.js';
import { anchorsAt, sum } from './alphaFixtures.js';

const base = { hash: 'b' };
const set: Directions = {
  base: 'b',
  byName: new Map(
    (
      [
        ['left', [1, 0, 0]],
        ['up', [0, 2, 0]],
      ] as const
    ).map(([name, vector]) => [
      name,
      { name, kind: 'expression', range: [0, 1], vector: Float32Array.from(vector) } as const,
    ]),
  ),
  groups: new Map([
    [
      'both',
      new Map([
        ['left', 1],
        ['up', 0.5],
      ]),
    ],
  ]),
  neutral: new Map(),
};
/** A triangle in the plane of left and up. */
const anchors = anchorsAt([0, 0, 1], [1, 0, 1], [0, 1, 1]);
const middle = Array<Float64Array>(2).fill(Float64Array.from([0.4, 0.3, 0.3]));

describe('offsetOf', () => {
  test('adds groups and directions, beyond their range too', () => {
    expect([...offsetOf(set, { left: -3, both: 2 }, base).data]).toEqual([-1, 2, 0]);
  });

  test('refuses the directions of another base, unknown names, and nothing', () => {
    expect(() => offsetOf(set, { left: 1 }, { hash: 'other' })).toThrow(/directions of the base other, got those of b/);
    expect(() => offsetOf(set, { right: 1 }, base)).toThrow(/none of that name/);
    expect(() => offsetOf(set, { left: 0 }, base)).toThrow(/other than 0/);
    expect(() => offsetOf(set, {}, base)).toThrow(/other than 0/);
  });
});

describe('editPerson', () => {
  const far = offsetOf(set, { left: 2 }, base);

  test('continue moves by the whole offset, and back again', () => {
    const there = editPerson(anchors, middle, far, { policy: 'continue' });
    expect([there.share, there.outside, there.reach]).toEqual([1, true, expect.closeTo(1, 6)]);
    there.ws.data.forEach((value, i) => expect(value).toBeCloseTo([2.3, 0.3, 1][i % 3]!, 5));
    const back = editPerson(anchors, there.alphas, offsetOf(set, { left: -2 }, base), { policy: 'continue' });
    back.alphas.forEach((alpha) => alpha.forEach((value, n) => expect(value).toBeCloseTo(middle[0]![n]!, 6)));
  });

  test.each(['stop', 'project'] as const)('%s stays within the dilated simplex', (policy) => {
    const { alphas, share, outside } = editPerson(anchors, middle, far, { policy, beta: 0.1 });
    expect(outside).toBe(true);
    for (const alpha of alphas) {
      expect(isInside(alpha, 0.1, 1e-6)).toBe(true);
      expect(sum(alpha)).toBeCloseTo(1, 9);
    }
    // 0.4 may fall to -0.1: a quarter of the way.
    expect(share).toBeCloseTo(policy === 'stop' ? 0.25 : 1, 9);
  });

  test('layers stop together, at the first that must', () => {
    const uneven = [middle[0]!, Float64Array.from([0.1, 0.45, 0.45])];
    const { alphas, share } = editPerson(anchors, uneven, far, { policy: 'stop', beta: 0 });
    expect(share).toBeCloseTo(0.05, 9);
    expect(alphas[0]![0]).toBeCloseTo(0.3, 6);
    expect(alphas[1]![0]).toBeCloseTo(0, 6);
  });
});
