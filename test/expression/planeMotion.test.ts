import { describe, expect, test } from '@jest/globals';
import { carryAlong, carryBack, PlaneMotion } from '../../runtime/expression/planeMotion.js';
import { AssetError } from '../../runtime/core/errors.js';
import { hashed, tinyBase } from '../gradient/scene.js';
import { sheets } from './sheets.js';

const side = 32;

describe('PlaneMotion', () => {
  test('draws how the front moves onto the plane of x and y alone', async () => {
    const base = await tinyBase();
    const flows = new PlaneMotion(base, sheets(base)).flow(new Map([['raise', 0.5]]), side);
    expect(flows.map(({ plane }) => plane)).toEqual([0]);
    const { dx, dy, shown } = flows[0]!;
    const middle = (side / 2) * side + side / 2;
    expect(dx[middle]).toBeCloseTo(0, 5);
    expect(dy[middle]).toBeCloseTo(1, 4);
    expect(dy[0]).toBe(0);
    expect(Math.min(...shown)).toBe(1);
  });

  test('knows how far an expression moves, and refuses the proxy of another base', async () => {
    const base = await tinyBase();
    const proxy = sheets(base);
    const motion = new PlaneMotion(base, proxy);
    const texel = base.config.rendering.boxWarp / 32;
    expect(motion.size('raise')).toBeCloseTo(2 * texel * Math.sqrt(2 * 17 * 17), 4);
    expect(motion.size('nothing')).toBe(0);
    expect(() => new PlaneMotion(base, { ...proxy, baseHash: 'another' })).toThrow(AssetError);
  });
});

describe('carryAlong', () => {
  const flow = {
    plane: 1,
    dx: hashed('dx', side * side, 1.3),
    dy: hashed('dy', side * side, 1.3),
    shown: hashed('shown', side * side, 0.2).map((value) => 0.6 + value),
  };
  const values = hashed('values', 6 * side * side);

  test('takes a texel from where it was, and leaves other planes alone', () => {
    const whole = { ...flow, dx: flow.dx.map(() => 2), dy: flow.dy.map(() => -1), shown: flow.shown.map(() => 1) };
    const out = carryAlong(values, [whole], side);
    const area = side * side;
    expect(out[2 * area + 10 * side + 12]).toBe(values[2 * area + 11 * side + 10]);
    expect(out.slice(0, 2 * area)).toEqual(values.slice(0, 2 * area));
    expect(out.slice(4 * area)).toEqual(values.slice(4 * area));
  });

  test('carryBack is its transpose', () => {
    const gradient = hashed('gradient', values.length);
    const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const [there, back] = [carryAlong(values, [flow], side), carryBack(gradient, [flow], side)];
    expect(dot(back, values)).toBeCloseTo(dot(gradient, there), 1);
    expect(back).not.toEqual(gradient);
  });
});
