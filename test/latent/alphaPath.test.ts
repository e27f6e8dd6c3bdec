import { describe, expect, test } from '@jest/globals';
import { cameraFromLabel, cameraLabel, type Camera } from '../../runtime/camera/camera.js';
import { lookAt } from '../../runtime/camera/lookAt.js';
import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { Vector3 } from '../../runtime/core/vector3.js';
import { interpolateCamera } from '../../runtime/latent/cameraPath.js';
import { interpolateLooks, latentDistance, lookPath, refineLooks, type PathPoint } from '../../runtime/latent/path.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { distance } from './alphaFixtures.js';

const orbit = (yaw: number, radius: number, pivot: Vector3 = [0, 0, 0], focal = 4): Camera =>
  lookAt([pivot[0] + radius * Math.sin(yaw), pivot[1], pivot[2] + radius * Math.cos(yaw)], pivot, focal);
const look = (w: readonly number[], camera?: Camera): PathPoint => ({
  ws: { dims: [1, w.length], data: Float32Array.from(w) },
  ...(camera && { camera }),
});

describe('interpolateCamera', () => {
  const [a, b] = [orbit(-0.6, 2), orbit(0.8, 3, [0, 0, 0], 6)];

  test('ends are exact', () => {
    const label = cameraFromLabel(cameraLabel(b));
    expect(interpolateCamera(a, label, 0)).toBe(a);
    expect(interpolateCamera(a, label, 1)).toBe(label);
  });

  test.each<[string, Vector3]>([
    ['the origin', [0, 0, 0]],
    ['a pivot', [0.1, -0.2, 0.2]],
  ])('turns about %s: even angle, linear radius and focal length', (_, pivot) => {
    const [from, to] = [orbit(-0.6, 2, pivot), orbit(0.8, 3, pivot, 6)];
    for (const t of [0.1, 0.25, 0.5, 0.9]) {
      const expected = orbit(-0.6 + 1.4 * t, 2 + t, pivot, 4 + 2 * t);
      const got = interpolateCamera(from, to, t, pivot);
      expect(distance(got.cam2world, expected.cam2world)).toBeLessThan(1e-12);
      expect(distance(got.intrinsics, expected.intrinsics)).toBeLessThan(1e-12);
    }
  });

  test('any two rotations: stays rigid, keeps its look at the origin, steps are equal', () => {
    const from = lookAt([0.5, 1.5, -2], [0, 0, 0], 4);
    const to = lookAt([-2, -1, 1], [0, 0, 0], 4);
    const steps = [...Array(9).keys()].map((i) => interpolateCamera(from, to, i / 8).cam2world);
    const turn = (m: readonly number[], n: readonly number[]): number =>
      Math.acos(([0, 1, 2, 4, 5, 6, 8, 9, 10].reduce((s, i) => s + m[i]! * n[i]!, 0) - 1) / 2);
    for (const [i, m] of steps.entries()) {
      const radius = Math.hypot(m[3]!, m[7]!, m[11]!);
      expect([m[2]! * -radius, m[6]! * -radius, m[10]! * -radius]).toEqual(
        [m[3]!, m[7]!, m[11]!].map((value) => expect.closeTo(value, 9)),
      );
      if (i > 0) expect(turn(steps[i - 1]!, m)).toBeCloseTo(turn(steps[0]!, steps[1]!), 6);
    }
  });

  test('half a turn, where two ways are equally short', () => {
    const middle = interpolateCamera(orbit(0, 2), orbit(Math.PI, 2), 0.5);
    expect(Math.hypot(middle.cam2world[3]!, middle.cam2world[7]!, middle.cam2world[11]!)).toBeCloseTo(2, 9);
  });

  test('the same camera stays', () => {
    expect(distance(interpolateCamera(a, a, 0.3).cam2world, a.cam2world)).toBeLessThan(1e-12);
  });

  test('what is no rotation', () => {
    const scaled = { ...a, cam2world: a.cam2world.map((value, i) => (i % 4 < 3 && i < 12 ? 2 * value : value)) };
    expect(() => interpolateCamera(scaled, b, 0.5)).toThrow(NumericError);
    expect(() => interpolateCamera(a, b, NaN)).toThrow('NaN is no place');
  });
});

describe('interpolateLooks', () => {
  const [a, b] = [look([0.1, 2], orbit(0, 2)), look([0.7, -3], orbit(1, 2))];

  test('ends are exact, the middle is between', () => {
    expect(interpolateLooks(a, b, 0)).toEqual(a);
    expect(interpolateLooks(a, b, 1)).toEqual(b);
    expect(interpolateLooks(a, b, 0.5).ws.data[1]).toBeCloseTo(-0.5, 6);
    expect(distance(interpolateLooks(a, b, 0.5).camera!.cam2world, orbit(0.5, 2).cam2world)).toBeLessThan(1e-12);
  });

  test('without cameras, and with one', () => {
    expect(interpolateLooks(look([0]), look([2]), 0.5)).toEqual(look([1]));
    expect(interpolateLooks(look([0]), look([2], a.camera), 0.5)).toEqual(look([1], a.camera));
  });

  test('of two bases', () => {
    expect(() => interpolateLooks(look([0]), look([0, 1]), 0.5)).toThrow(ShapeError);
    expect(() => interpolateLooks(look([0]), look([0, 1]), 0.5)).toThrow('got [1, 1] and [1, 2]');
  });
});

describe('lookPath', () => {
  const looks = [0, 1, 2, 3].map((seed) => look([...standardNormal(seed, 12)].map((v) => v * (1 + 3 * seed))));
  const at = (path: ReturnType<typeof lookPath>, count: number): PathPoint[] =>
    Array.from({ length: count + 1 }, (_, i) => path.pathAt(i / count));
  /** Length along the path up to a look: whole segments plus what is begun. */
  function travelled(point: PathPoint): number {
    let sum = 0;
    for (let i = 1; i < looks.length; i++) {
      const [a, b] = [looks[i - 1]!, looks[i]!];
      const [whole, begun, rest] = [latentDistance(a, b), latentDistance(a, point), latentDistance(point, b)];
      if (Math.abs(begun + rest - whole) < 1e-4) return sum + begun;
      sum += whole;
    }
    throw new Error('not on the path');
  }

  test('ends are exact, and hold beyond', () => {
    const { pathAt } = lookPath(looks);
    expect(pathAt(0)).toEqual(looks[0]);
    expect(pathAt(1)).toEqual(looks[3]);
    expect(pathAt(-1)).toEqual(looks[0]);
    expect(pathAt(2)).toEqual(looks[3]);
  });

  test('equal steps of t are equal ways, always on', () => {
    const path = lookPath(looks);
    const ways = at(path, 40).map(travelled);
    ways.forEach((way, i) => expect(way).toBeCloseTo((i / 40) * path.length, 3));
    ways.slice(1).forEach((way, i) => expect(way).toBeGreaterThan(ways[i]!));
  });

  test('speed is even in what the caller measured', () => {
    const { pathAt, length } = lookPath(looks, [1, 0, 3]);
    expect(length).toBe(4);
    expect(pathAt(0.125)).toEqual(interpolateLooks(looks[0]!, looks[1]!, 0.5));
    // A segment of no length is jumped over.
    expect(pathAt(0.25)).toEqual(looks[2]);
    expect(pathAt(0.625)).toEqual(interpolateLooks(looks[2]!, looks[3]!, 0.5));
    expect(lookPath(looks, () => 2).length).toBe(6);
  });

  test('refined, a metric that bends within a segment is followed', () => {
    const ends = [look([0]), look([1])];
    // Along w, this grows with the square: at even speed, half of it is at w = sqrt(1/2).
    const metric = (a: PathPoint, b: PathPoint): number => b.ws.data[0]! ** 2 - a.ws.data[0]! ** 2;
    const { pathAt } = lookPath(refineLooks(ends, 64), metric);
    expect(pathAt(0.5).ws.data[0]).toBeCloseTo(Math.SQRT1_2, 4);
    expect(refineLooks(ends, 4).map(({ ws }) => ws.data[0])).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  test('one look, and the same look again and again', () => {
    expect(lookPath([looks[0]!]).pathAt(0.5)).toEqual(looks[0]);
    const still = lookPath([look([1]), look([1]), look([1])]);
    expect(still.length).toBe(0);
    expect(still.pathAt(0.3)).toEqual(look([1]));
  });

  test('errors', () => {
    expect(() => lookPath([])).toThrow('at least one look');
    expect(() => lookPath(looks, [1, 2])).toThrow('expected 3 lengths, got 2');
    expect(() => lookPath(looks, [1, NaN, 1])).toThrow('segment 1 is NaN');
    expect(() => lookPath([look([1]), look([1, 2])])).toThrow(ShapeError);
    expect(() => lookPath(looks).pathAt(NaN)).toThrow(NumericError);
    expect(() => refineLooks(looks, 0)).toThrow('pieces from 1, got 0');
  });
});
