import { expect, test } from '@jest/globals';
import { cropSquare, fromBox } from '../../../personalize/evaluation/crop.js';
import { faceBox } from '../../../personalize/evaluation/faceBox.js';
import { cosineDistance, euclideanDistance } from '../../../personalize/evaluation/judge.js';
import { boxAround } from '../../../personalize/evaluation/landmarks.js';
import { lookAt } from '../../../runtime/camera/lookAt.js';
import { NumericError, ShapeError } from '../../../runtime/core/errors.js';

const focal = 4.2647;

test('the face lies below the middle, moves with the side it is seen from, and scales with image and distance', () => {
  const frontal = faceBox(lookAt([0, 0, 2.7], [0, 0, 0], focal), 256);
  expect(frontal.x).toBeCloseTo(128, 6);
  expect(frontal.y).toBeCloseTo(128 + (256 * focal * 0.09) / 2.62, 6);
  expect(frontal.side).toBeCloseTo((256 * focal * 0.34) / 2.62, 6);
  expect(frontal.roll).toBeCloseTo(0, 9);

  // From the person's left (+x) the nose points to the left of the picture.
  expect(faceBox(lookAt([2, 0, 1.8], [0, 0, 0], focal), 256).x).toBeLessThan(120);
  expect(faceBox(lookAt([0, 0, 2.7], [0, 0, 0], focal), 512).side).toBeCloseTo(2 * frontal.side, 6);
  expect(faceBox(lookAt([0, 0, 5.4], [0, 0, 0], focal), 256).side).toBeCloseTo((frontal.side * 2.62) / 5.32, 6);
});

test('a camera that leans has the head lean the other way', () => {
  // The camera's up leans to its right by 0.2, so the head leans to the picture's left.
  const leaning = lookAt([0, 0, 2.7], [0, 0, 0], focal, [Math.sin(0.2), Math.cos(0.2), 0]);
  expect(faceBox(leaning, 256).roll).toBeCloseTo(-0.2, 9);
});

test('a face behind the camera is an error', () => {
  expect(() => faceBox(lookAt([0, 0, 2.7], [0, 0, 4], focal), 256)).toThrow(NumericError);
});

test('a crop turns the square upright', () => {
  // A red pixel in the corner that a quarter turn clockwise makes the upper left one.
  const image = { dims: [3, 4, 4], data: new Float32Array(48).fill(-1) };
  image.data[3] = 1;
  const box = { x: 2, y: 2, side: 4, roll: Math.PI / 2 };
  const crop = cropSquare(image, box, 4);
  expect([...crop.subarray(0, 3)].map(Math.round)).toEqual([255, 0, 0]);
  expect(Math.round(crop.reduce((sum, value) => sum + value, 0))).toBe(255);
  expect(fromBox(box, [0.125, 0.125])[0]).toBeCloseTo(3.5, 9);
  expect(fromBox(box, [0.125, 0.125])[1]).toBeCloseTo(0.5, 9);
});

test('a crop averages where it shrinks, and repeats the border', () => {
  const stripes = { dims: [3, 8, 8], data: Float32Array.from({ length: 192 }, (_, i) => (i % 2 === 0 ? 1 : -1)) };
  for (const value of cropSquare(stripes, { x: 4, y: 4, side: 8, roll: 0 }, 2)) expect(value).toBeCloseTo(127.5, 3);
  const white = { dims: [3, 2, 2], data: new Float32Array(12).fill(1) };
  for (const value of cropSquare(white, { x: -5, y: 9, side: 3, roll: 1 }, 3)) expect(value).toBeCloseTo(255, 3);
});

test('a box around points is upright in their own lean', () => {
  const box = { x: 40, y: 30, side: 20, roll: 0.3 };
  const corners = (
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const
  ).map((corner) => fromBox(box, corner));
  const around = boxAround(corners, 0.3, 1.5);
  expect(around.x).toBeCloseTo(40, 9);
  expect(around.y).toBeCloseTo(30, 9);
  expect(around.side).toBeCloseTo(30, 9);
});

test('distances of descriptors', () => {
  expect(euclideanDistance(Float32Array.of(0, 3), Float32Array.of(4, 0))).toBe(5);
  expect(cosineDistance(Float32Array.of(1, 1), Float32Array.of(2, 2))).toBeCloseTo(0, 12);
  expect(cosineDistance(Float32Array.of(1, 0), Float32Array.of(0, 2))).toBe(1);
  expect(() => euclideanDistance(new Float32Array(128), new Float32Array(1024))).toThrow(ShapeError);
});
