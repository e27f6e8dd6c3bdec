import { expect, test } from '@jest/globals';
import { matteCertainty } from '../../../../personalize/training/appearance/matteCertainty.js';
import { targetOf } from '../../../../personalize/training/target.js';
import { orbitCamera } from '../../../../runtime/camera/lookAt.js';

const half = (side: number, soft: number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, i) => {
    const x = i % side;
    return x < side / 2 ? 1 : x === side / 2 ? soft : 0;
  });

test('pixels that are neither, and a band about them, count a quarter', () => {
  const certainty = matteCertainty(half(128, 0.4), 128);
  const row = certainty.subarray(128 * 9, 128 * 10);
  row.forEach((value, x) => expect(value).toBe(Math.abs(x - 64) <= 1 ? 0.25 : 1));
  // Twice the side, twice the band.
  expect(
    matteCertainty(half(256, 0.4), 256)
      .subarray(0, 256)
      .filter((value) => value < 1).length,
  ).toBe(5);
});

test('a sharp matte is sure everywhere, at its edge too', () => {
  for (const value of [0.02, 0.98]) expect(Math.min(...matteCertainty(half(128, value), 128))).toBe(1);
});

test('smaller sizes of a photo hold the mean', () => {
  const image = { dims: [3, 128, 128], data: new Float32Array(3 * 128 * 128) };
  const camera = orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4.26 }, 0, 0);
  const mask = { dims: [1, 128, 128], data: half(128, 0.4) };
  const { levels } = targetOf({ name: 'a.jpg', camera, image, mask });
  const coarse = levels[1]!.certainty!.subarray(0, 64);
  expect([coarse[30], coarse[31], coarse[32], coarse[33]]).toEqual([1, 0.625, 0.25, 1]);
  expect(targetOf({ name: 'a.jpg', camera, image, mask: null }).levels[0]!.certainty).toBeNull();
});
