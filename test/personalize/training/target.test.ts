import { describe, expect, test } from '@jest/globals';
import type { Photo } from '../../../personalize/photos/photo.js';
import { Random } from '../../../personalize/training/random.js';
import {
  levelOf,
  patchImage,
  patchRays,
  randomPatch,
  targetOf,
  wholePatch,
} from '../../../personalize/training/target.js';
import { lookAt } from '../../../runtime/camera/lookAt.js';
import { cameraRays } from '../../../runtime/render/rays.js';
import { raysFor } from '../../../runtime/render/cpuRenderer.js';
import { settingsOf } from '../../gradient/oddVolume.js';
import { hashed } from '../../gradient/scene.js';

const camera = lookAt([0.6, 0.2, 2.6], [0, 0, 0], 4.2);

/** @param box columns and rows of the mask: [x0, x1, y0, y1) */
function photoOf(side: number, box: readonly [number, number, number, number] | null): Photo {
  const area = side * side;
  const mask =
    box &&
    Float32Array.from({ length: area }, (_, i) => {
      const [x, y] = [i % side, Math.floor(i / side)];
      return x >= box[0] && x < box[1] && y >= box[2] && y < box[3] ? 1 : 0.25;
    });
  return {
    name: 'a.jpg',
    camera,
    image: { dims: [3, side, side], data: hashed(`photo ${side}`, 3 * area, 0.5) },
    mask: mask && { dims: [1, side, side], data: mask },
  };
}

describe('targetOf', () => {
  test.each([
    [64, [64, 32, 16]],
    [48, [48, 24]],
    [30, [30]],
    [31, [31]],
    [8, [8]],
  ])('side %i is halved to %j', (side, sides) => {
    expect(targetOf(photoOf(side, null)).levels.map((level) => level.side)).toEqual(sides);
  });

  test('colours are premultiplied in 0..1, and every level holds the means of its 2 x 2', () => {
    const photo = photoOf(32, [7, 20, 5, 31]);
    const { levels } = targetOf(photo);
    const [full, half] = levels;
    const { data } = photo.image;
    const mask = photo.mask!.data;
    full!.color.forEach((value, i) => expect(value).toBeCloseTo(((data[i]! + 1) / 2) * mask[i % 1024]!, 6));
    const mean = (from: Float32Array, channel: number, x: number, y: number): number => {
      let sum = 0;
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const)
        sum += from[channel * 1024 + (2 * y + dy) * 32 + 2 * x + dx]!;
      return sum / 4;
    };
    for (const [c, x, y] of [
      [0, 0, 0],
      [1, 15, 3],
      [2, 9, 15],
      [2, 15, 15],
    ] as const) {
      expect(half!.color[c * 256 + y * 16 + x]).toBeCloseTo(mean(full!.color, c, x, y), 6);
      expect(half!.mask![y * 16 + x]).toBeCloseTo(mean(mask, 0, x, y), 6);
    }
  });

  test('the photo itself stays as it was', () => {
    const photo = photoOf(32, [3, 9, 3, 9]);
    const [image, mask] = [photo.image.data.slice(), photo.mask!.data.slice()];
    targetOf(photo);
    expect([photo.image.data, photo.mask!.data]).toEqual([image, mask]);
  });

  test('levelOf takes the nearest side by ratio', () => {
    const target = targetOf(photoOf(64, null));
    expect([1, 16, 20, 32, 40, 64, 1000].map((side) => levelOf(target, side).side)).toEqual([
      16, 16, 16, 32, 32, 64, 64,
    ]);
  });
});

describe('randomPatch', () => {
  const corners = (box: readonly [number, number, number, number] | null): [number, number][] => {
    const target = targetOf(photoOf(64, box));
    const random = new Random('patches');
    return Array.from({ length: 200 }, () => {
      const patch = randomPatch(target, 64, 16, random);
      expect([patch.side, patch.resolution, patch.pixels.length]).toEqual([16, 64, 256]);
      return [patch.pixels[0]! % 64, Math.floor(patch.pixels[0]! / 64)];
    });
  };

  test('lies inside the photo and reaches every edge of it where there is no mask', () => {
    const found = corners(null);
    for (const axis of [0, 1] as const) {
      const values = found.map((corner) => corner[axis]);
      expect([Math.min(...values), Math.max(...values)]).toEqual([0, 48]);
    }
  });

  test('has its middle over the mask’s box', () => {
    const found = corners([20, 40, 2, 24]);
    const [xs, ys] = [found.map(([x]) => x), found.map(([, y]) => y)];
    // Middle 8 to the right, half a pixel of rounding.
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(12);
    expect(Math.max(...xs)).toBeLessThanOrEqual(32);
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(15);
    expect(Math.min(...ys)).toBe(0);
    expect(Math.max(...ys)).toBeLessThanOrEqual(16);
  });

  test('holds the photo’s colours and mask at its pixels', () => {
    const target = targetOf(photoOf(64, [10, 50, 10, 50]));
    const patch = randomPatch(target, 64, 12, new Random('one'));
    const { color, mask } = target.levels[0]!;
    patch.pixels.forEach((pixel, i) => {
      const [x, y] = [pixel % 64, Math.floor(pixel / 64)];
      expect([x, y]).toEqual([
        (patch.pixels[0]! % 64) + (i % 12),
        Math.floor(patch.pixels[0]! / 64) + Math.floor(i / 12),
      ]);
      for (let c = 0; c < 3; c++) expect(patch.color[c * 144 + i]).toBe(color[c * 4096 + pixel]);
      expect(patch.mask![i]).toBe(mask![pixel]);
    });
  });

  test('is the whole level, and draws nothing, where the level is no larger', () => {
    const target = targetOf(photoOf(31, null));
    const random = new Random('small');
    expect(randomPatch(target, 128, 40, random)).toEqual(wholePatch(target, 128));
    expect(random.count).toBe(0);
  });

  test('an empty mask still gives a patch inside', () => {
    const target = targetOf({ ...photoOf(64, null), mask: { dims: [1, 64, 64], data: new Float32Array(4096) } });
    const random = new Random('empty');
    for (let i = 0; i < 50; i++) {
      const { pixels } = randomPatch(target, 64, 16, random);
      expect(pixels.every((pixel) => pixel < 4096)).toBe(true);
      expect(pixels[255]! - pixels[0]!).toBe(15 * 64 + 15);
    }
  });
});

describe('patchRays', () => {
  const target = targetOf(photoOf(64, [20, 40, 20, 40]));
  const patch = randomPatch(target, 32, 9, new Random('rays'));

  test.each([
    ['fixed', {}],
    ['auto', { rayStart: 'auto', rayEnd: 'auto', boxWarp: 3 } as const],
  ])('are the camera’s own at those pixels, bounds %s', (_, changes) => {
    const settings = settingsOf(changes);
    const rays = patchRays(camera, patch, settings);
    const all = cameraRays(camera, 32);
    const { bounds } = raysFor(camera, 32, settings);
    expect(rays.count).toBe(81);
    patch.pixels.forEach((pixel, i) => {
      expect([...rays.origins.subarray(3 * i, 3 * i + 3)]).toEqual([...all.origins.subarray(3 * pixel, 3 * pixel + 3)]);
      expect([...rays.directions.subarray(3 * i, 3 * i + 3)]).toEqual([
        ...all.directions.subarray(3 * pixel, 3 * pixel + 3),
      ]);
      expect([...rays.bounds.subarray(2 * i, 2 * i + 2)]).toEqual([...bounds.subarray(2 * pixel, 2 * pixel + 2)]);
    });
  });

  test('wholePatch is the level in order; its image is in -1..1', () => {
    const whole = wholePatch(target, 16);
    expect([whole.side, whole.resolution]).toEqual([16, 16]);
    expect(whole.pixels).toEqual(Uint32Array.from({ length: 256 }, (_, i) => i));
    expect(whole.color).toEqual(target.levels[2]!.color);
    const image = patchImage(whole);
    expect(image.dims).toEqual([3, 16, 16]);
    expect(image.data[77]).toBeCloseTo(2 * whole.color[77]! - 1, 6);
  });
});
