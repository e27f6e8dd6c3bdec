import { describe, expect, test } from '@jest/globals';
import { toPatch } from '../../../../personalize/photos/prepare/measures/facePatch.js';
import { differenceHash, hashDistance } from '../../../../personalize/photos/prepare/measures/differenceHash.js';
import { textureSide, type FaceTexture } from '../../../../personalize/photos/prepare/measures/faceTexture.js';
import { strangeShare, usualTexture } from '../../../../personalize/photos/prepare/measures/covering.js';
import { faceLight } from '../../../../personalize/photos/prepare/measures/light.js';
import { faceSharpness } from '../../../../personalize/photos/prepare/measures/sharpness.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { mulberry } from '../raw/random.js';

function picture(side: number, color: (x: number, y: number) => readonly [number, number, number]): Bitmap {
  const data = new Uint8Array(4 * side * side).fill(255);
  for (let i = 0; i < side * side; i++) data.set(color(i % side, Math.floor(i / side)), 4 * i);
  return { width: side, height: side, data };
}
const grey = (side: number, value: (x: number, y: number) => number): Bitmap =>
  picture(side, (x, y) => [value(x, y), value(x, y), value(x, y)]);

test('sharpness is the variance of the Laplacian: 0 of a slope, (8 a)² of a chessboard of a', () => {
  expect(faceSharpness(grey(32, (x, y) => x + 2 * y))).toBeCloseTo(0, 6);
  expect(faceSharpness(grey(32, (x, y) => 100 + ((x + y) % 2 ? 5 : -5)))).toBeCloseTo(40 ** 2, 0);
});

test('light of a grey, a white and a red face', () => {
  const even = faceLight(grey(64, () => 100));
  expect(even.mean).toBeCloseTo(100, 3);
  expect([even.dark, even.bright, even.saturation]).toEqual([0, 0, 0]);
  expect(faceLight(grey(64, () => 250)).bright).toBe(1);
  // Half of the face is in shadow; the corners, where the background is, do not count.
  expect(faceLight(grey(64, (x) => (x < 32 ? 10 : 120))).dark).toBeCloseTo(0.5, 2);
  expect(faceLight(picture(64, () => [200, 100, 50])).saturation).toBeCloseTo(0.75, 6);
});

test('a copy has the same hash whatever its size and brightness, another picture half of the bits', () => {
  const wave = (side: number, phase: number, gain: number): Bitmap =>
    grey(
      side,
      (x, y) => gain * (100 + 50 * Math.sin((9 * x) / side + phase) + 30 * Math.cos((7 * y) / side + phase * x)),
    );
  const one = differenceHash(wave(128, 0, 1));
  expect(hashDistance(one, differenceHash(wave(128, 0, 1.3)))).toBeLessThanOrEqual(2);
  expect(hashDistance(one, differenceHash(wave(90, 0, 1)))).toBeLessThanOrEqual(6);
  expect(hashDistance(one, differenceHash(wave(128, 3, 1)))).toBeGreaterThan(20);
  expect(hashDistance([-1, 0], [0, 0])).toBe(32);
});

test('points in a turned square', () => {
  const square = { cx: 100, cy: 50, side: 64, angle: Math.PI / 2 };
  // A point below the middle lies to the right of it in a square that is turned clockwise by a quarter.
  const [x, y] = toPatch(Float32Array.from([100, 66, 0]), square, 128);
  expect(x).toBeCloseTo(64 + 32, 4);
  expect(y).toBeCloseTo(64, 4);
});

describe('what looks unlike the person’s other photos', () => {
  const all = Array.from({ length: textureSide ** 2 }, (_, i) => i);
  const random = mulberry(3);
  const face = all.map((i) => 4.5 + 0.4 * Math.sin(i / 37));
  const texture = (light: (texel: number) => number): Pick<FaceTexture, 'values' | 'seen'> => ({
    values: Float32Array.from(all, (i) => face[i]! + light(i) + 0.05 * (random() - 0.5)),
    seen: new Uint8Array(all.length).fill(1),
  });
  const slope = (a: number, b: number) => (i: number) =>
    a + b * ((i % textureSide) / textureSide - 0.5) + 0.3 * b * (Math.floor(i / textureSide) / textureSide);
  const usual = usualTexture(Array.from({ length: 8 }, (_, i) => texture(slope(0.1 * i, 0.2 * (i - 4)))))!;

  test('is not the light', () => {
    expect(strangeShare(texture(slope(-0.8, 0.9)), usual, all)).toBeLessThan(0.01);
  });

  test('is a thing before it, with its share', () => {
    const lower = all.filter((i) => i >= all.length * 0.7);
    const light = slope(0.3, 0.4);
    const covered = texture((i) => light(i) - (lower.includes(i) ? 1.2 : 0));
    expect(strangeShare(covered, usual, lower)).toBeGreaterThan(0.9);
    expect(strangeShare(covered, usual, all)).toBeCloseTo(0.3, 1);
  });

  test('is not known from a few photos', () => {
    expect(usualTexture(Array.from({ length: 5 }, () => texture(() => 0)))).toBeNull();
  });
});
