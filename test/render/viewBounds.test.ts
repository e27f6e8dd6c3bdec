import { describe, expect, test } from '@jest/globals';
import { lookAt, orbitCamera } from '../../runtime/camera/lookAt.js';
import { viewBounds } from '../../runtime/render/viewBounds.js';

const settings = { rayStart: 2.25, rayEnd: 3.3, boundsRadius: 2.7 } as const;
const at = (radius: number) =>
  orbitCamera({ radius, pivot: [0, 0, 0], focal: (4.2647 * radius) / 2.7 }, radius, 0.3 * radius);

describe('viewBounds', () => {
  test.each([0.7, 0.9, 1.3, 2.5, 4])('a camera at %d has them 0.45 before and 0.6 behind the origin', (distance) => {
    const bounds = viewBounds(at(distance), settings)!;
    expect(bounds.start).toBeCloseTo(distance - 0.45, 6);
    expect(bounds.end).toBeCloseTo(distance + 0.6, 6);
    expect(bounds.crop).toBeUndefined();
  });

  test('a camera at the base’s own distance keeps the settings’, rounded labels too', () => {
    expect(viewBounds(at(2.7), settings)).toBeUndefined();
    const { cam2world, intrinsics } = at(2.7);
    expect(
      viewBounds({ cam2world: cam2world.map((value) => Math.fround(value)), intrinsics }, settings),
    ).toBeUndefined();
  });

  test('automatic bounds and settings that name no distance are left alone', () => {
    expect(viewBounds(at(0.9), { ...settings, rayStart: 'auto', rayEnd: 'auto' })).toBeUndefined();
    expect(viewBounds(at(0.9), { rayStart: 2.25, rayEnd: 3.3 })).toBeUndefined();
  });

  test('inside the head they begin before the camera, in order', () => {
    const { start, end } = viewBounds(lookAt([0, 0, 0.1], [0, 0, 0], 1), settings)!;
    expect(start).toBeGreaterThan(0);
    expect(end).toBeGreaterThan(start);
  });
});
