import { expect, test } from '@jest/globals';
import { landmarkSpread, mirrorHead } from '../../../../personalize/photos/headShapes/landmarkSpread.js';
import { triangulate } from '../../../../personalize/photos/headShapes/triangulate.js';
import { orbitCamera } from '../../../../runtime/camera/lookAt.js';
import { hashKey, hashUniform } from '../../../../runtime/core/hash.js';
import { standardNormal } from '../../../../runtime/latent/normal.js';

const count = 468;
const random = (name: string): Float64Array =>
  Float64Array.from({ length: 3 * count }, (_, i) => 0.2 * hashUniform(hashKey(name), i) - 0.1);

/** Landmark 2k is the mirror image of 2k + 1. */
const mirror = Int32Array.from({ length: count }, (_, i) => i ^ 1);
const symmetric = (points: Float64Array, sign: number): Float64Array =>
  mirrorHead(points, mirror).map((value, i) => (sign * value + points[i]!) / 2);

test('points are found again from their places in three pictures', () => {
  const points = random('points');
  const config = { radius: 2.7, pivot: [0, 0, 0], focal: 4.2647 } as const;
  const views = [-0.5, 0, 0.6].map((yaw, k) => {
    const camera = orbitCamera(config, yaw, 0.1 * k);
    const places = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) {
      // World to camera by the transposed rotation.
      const m = camera.cam2world;
      const d = [0, 1, 2].map((axis) => points[3 * i + axis]! - m[4 * axis + 3]!);
      const [x, y, z] = [0, 1, 2].map((column) => d.reduce((sum, v, row) => sum + v * m[4 * row + column]!, 0));
      places.set([(4.2647 * x!) / z! + 0.5, (4.2647 * y!) / z! + 0.5], 2 * i);
    }
    return { camera, places, weights: new Float64Array(count).fill(0.3 + k) };
  });
  const found = triangulate(views);
  expect(Math.max(...found.map((value, i) => Math.abs(value - points[i]!)))).toBeLessThan(1e-9);
});

test('a place that counts little moves its point little', () => {
  const config = { radius: 2.7, pivot: [0, 0, 0], focal: 4.2647 } as unknown as Parameters<typeof orbitCamera>[0];
  const views = [-0.5, 0, 0.6, 0.3].map((yaw, k) => ({
    camera: orbitCamera(config, yaw, 0),
    // All look at the pivot but the last, which is wrong by a tenth.
    places: new Float64Array(2 * count).fill(k === 3 ? 0.6 : 0.5),
    weights: new Float64Array(count).fill(k === 3 ? 1e-4 : 1),
  }));
  expect(Math.max(...triangulate(views).map(Math.abs))).toBeLessThan(1e-4);
});

test('the spread of heads is found again: mean, directions and their sizes', () => {
  const mean = symmetric(random('mean'), 1);
  // One direction alike on both sides, one that makes faces uneven.
  const [even, uneven] = [symmetric(random('even'), 1), symmetric(random('uneven'), -1)];
  const amounts = standardNormal(3, 120);
  const heads = Array.from({ length: 60 }, (_, k) =>
    mean.map((value, i) => value + 0.1 * amounts[2 * k]! * even[i]! + 0.05 * amounts[2 * k + 1]! * uneven[i]!),
  );
  const spread = landmarkSpread(heads, mirror, { mostComponents: 5, leastSd: 1e-3 });
  const length = (v: Float64Array): number => Math.hypot(...v);
  expect(length(spread.mean.map((value, i) => value - mean[i]!)) / length(mean)).toBeLessThan(0.05);
  expect(spread.components).toHaveLength(2 * 3 * count);
  expect(spread.explained).toBeGreaterThan(0.999999);
  [even, uneven].forEach((direction, k) => {
    const found = spread.components.subarray(k * 3 * count, (k + 1) * 3 * count);
    const product = found.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    expect(Math.abs(product) / length(found) / length(direction)).toBeGreaterThan(0.9999);
    // 60 heads know a deviation to 9 %.
    expect(Math.abs(length(found) / length(direction) / [0.1, 0.05][k]! - 1)).toBeLessThan(0.25);
  });
  expect(new Set(spread.sd)).toEqual(new Set([1e-3]));
});

test('one head has no spread', () => {
  expect(() => landmarkSpread([random('one')], mirror, { mostComponents: 5, leastSd: 1e-3 })).toThrow('two heads');
});
