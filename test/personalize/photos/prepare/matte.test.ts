import { expect, test } from '@jest/globals';
import { cropPhoto } from '../../../../personalize/photos/prepare/cropPhoto.js';
import { cutFace, inCut } from '../../../../personalize/photos/prepare/faceCut.js';
import { boxMean } from '../../../../personalize/photos/prepare/matte/boxMean.js';
import { keepComponent } from '../../../../personalize/photos/prepare/matte/faceComponent.js';
import { guidedFilter } from '../../../../personalize/photos/prepare/matte/guidedFilter.js';
import { insideMask, ovalOutside } from '../../../../personalize/photos/prepare/outside.js';
import { makePyramid } from '../../../../personalize/photos/faces/bitmapPyramid.js';
import { cutSquare } from '../../../../personalize/photos/faces/sampleSquare.js';
import { labelView } from '../../../../personalize/photos/cameras/labelView.js';
import { rotationFromAngles } from '../../../../personalize/photos/cameras/viewAngles.js';
import { mulberry } from '../raw/random.js';

const random = mulberry(7);
const noise = (count: number): Float32Array => Float32Array.from({ length: count }, () => random());

test('means over windows that end at the edge', () => {
  const [side, radius] = [9, 2];
  const values = noise(side * side);
  const means = boxMean(values, side, radius);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let [sum, count] = [0, 0];
      for (let j = Math.max(0, y - radius); j <= Math.min(side - 1, y + radius); j++) {
        for (let i = Math.max(0, x - radius); i <= Math.min(side - 1, x + radius); i++) {
          sum += values[j * side + i]!;
          count++;
        }
      }
      expect(means[y * side + x]).toBeCloseTo(sum / count, 5);
    }
  }
});

test('a guided filter keeps what is linear in the guide, and smooths where the guide is flat', () => {
  const side = 24;
  const guide = noise(side * side);
  const linear = guide.map((value) => 0.3 + 0.5 * value);
  const kept = guidedFilter(linear, guide, side, { radius: 3, epsilon: 1e-9 });
  kept.forEach((value, i) => expect(value).toBeCloseTo(linear[i]!, 3));
  const flat = guidedFilter(guide, new Float32Array(side * side).fill(0.5), side, { radius: 3, epsilon: 4e-4 });
  const twice = boxMean(boxMean(guide, side, 3), side, 3);
  flat.forEach((value, i) => expect(value).toBeCloseTo(twice[i]!, 3));
});

test('what does not touch the face goes', () => {
  const side = 8;
  const matte = new Float32Array(side * side);
  const left = [9, 10, 17, 18];
  const right = [29, 30, 37];
  for (const i of [...left, ...right]) matte[i] = 0.9;
  keepComponent(matte, side, [17, 63]);
  expect(left.map((i) => matte[i])).toEqual(left.map(() => Math.fround(0.9)));
  expect(right.map((i) => matte[i])).toEqual([0, 0, 0]);
});

test('what lies outside the photo, of a turned square too', () => {
  const share = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0) / mask.length;
  expect(share(insideMask({ cx: 50, cy: 50, side: 40, angle: 1 }, 64, 100, 100))).toBe(1);
  expect(share(insideMask({ cx: 0, cy: 50, side: 40, angle: 0 }, 64, 100, 100))).toBeCloseTo(0.5, 2);
  expect(share(insideMask({ cx: 0, cy: 0, side: 40, angle: 0.7 }, 64, 100, 100))).toBeCloseTo(0.25, 1);
  const points = new Float32Array(3 * 468).fill(50);
  expect(ovalOutside(points, 100, 100)).toBe(0);
  points[3 * 152 + 1] = 101;
  expect(ovalOutside(points, 100, 100)).toBeCloseTo(1 / 36, 6);
});

/** Smooth colours that tell every place apart. */
const photo = (() => {
  const [width, height] = [320, 240];
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([(200 * x) / width, (200 * y) / height, 100 + 50 * Math.sin(x / 20)], 4 * (y * width + x));
    }
  }
  return { width, height, data };
})();

test('a crop from what was kept of a photo is the crop from the photo', () => {
  const pyramid = makePyramid(photo);
  const first = { cx: 150, cy: 110, side: 90, angle: 0.4 };
  const cut = cutFace(pyramid, first, 64);
  expect(cut.pyramid.levels[0]!.width).toBe(Math.round(1.8 * 1.4 * 64));
  const later = { cx: 156, cy: 106, side: 96, angle: 0.31 };
  const [expected, found] = [cutSquare(pyramid, later, 64), cutSquare(cut.pyramid, inCut(cut, later), 64)];
  let largest = 0;
  for (let i = 0; i < found.data.length; i++) largest = Math.max(largest, Math.abs(found.data[i]! - expected.data[i]!));
  expect(largest).toBeLessThanOrEqual(3);
});

test('a crop that reaches out of the photo is nobody there', async () => {
  const pyramid = makePyramid(photo);
  const view = {
    rotation: rotationFromAngles(20, -5, 0),
    distance: 1.8,
    side: 120,
    center: [20, 120] as const,
    error: 0,
  };
  const labelled = labelView(view);
  const nets = { matte: () => Promise.resolve(new Float32Array(256 * 256).fill(1)) };
  const { crop, agreement } = await cropPhoto(
    { nets: nets as never, size: 64 },
    photo,
    cutFace(pyramid, labelled.crop, 64),
    labelled,
  );
  expect(agreement).toBe(1);
  expect(crop.image.dims).toEqual([3, 64, 64]);
  const row = Array.from(crop.mask!.data.subarray(32 * 64, 33 * 64));
  // 40 of 120 pixels lie left of the photo.
  expect(row.filter((value) => value === 0).length).toBe(Math.round((64 * 40) / 120));
  expect(row.at(-1)).toBe(1);
});
