import { expect, test } from '@jest/globals';
import { comparisonSheet } from '../../../personalize/evaluation/sheet.js';
import { ShapeError } from '../../../runtime/core/errors.js';
import { bitmapOf, pictureGrid, type Bitmap } from '../../../runtime/core/bitmap.js';

/** 2 x 1 pixels of one grey. */
const grey = (value: number): Bitmap =>
  bitmapOf({ dims: [3, 1, 2], data: new Float32Array(6).fill(value / 127.5 - 1) }, null, 'transparent');

test('rows of photos, columns of truth and methods, and a caption that names them', () => {
  const { picture, caption } = comparisonSheet(
    ['base', 'lora1'],
    [
      { photo: '00000.jpg', yaw: -14.6, expression: 'neutral', truth: grey(10), renders: [grey(20), grey(30)] },
      { photo: '00001.jpg', yaw: 60, expression: 'smile', truth: grey(40), renders: [grey(50), grey(60)] },
    ],
  );
  expect([picture.width, picture.height]).toEqual([6, 2]);
  const reds = Array.from({ length: 12 }, (_, i) => picture.data[4 * i]);
  expect(reds).toEqual([10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60]);
  expect(caption).toContain('Columns: truth, base, lora1.');
  expect(caption).toContain('00000.jpg (-15°, neutral); 00001.jpg (60°, smile)');
});

test('a missing render and pictures of other sizes are errors', () => {
  const row = { photo: 'a', yaw: 0, expression: 'neutral', truth: grey(1) };
  expect(() => comparisonSheet(['base'], [{ ...row, renders: [] }])).toThrow('expected 1 renders of a (base), got 0');
  const large = { width: 3, height: 1, data: new Uint8Array(12) };
  expect(() => comparisonSheet(['base'], [{ ...row, renders: [large] }])).toThrow(ShapeError);
  expect(() => pictureGrid([])).toThrow('at least one picture');
});

test('an image over a colour, and through a transparent ground', () => {
  // Half covered, colour 0.8: premultiplied 0.4.
  const image = { dims: [3, 1, 1], data: new Float32Array(3).fill(2 * 0.4 - 1) };
  const alpha = { dims: [1, 1, 1], data: Float32Array.of(0.5) };
  expect([...bitmapOf(image, alpha, [0.8, 0.4, 0]).data]).toEqual([204, 153, 102, 255]);
  expect([...bitmapOf(image, alpha, 'transparent').data]).toEqual([204, 204, 204, 128]);
  expect([...bitmapOf(image, null, [1, 1, 1]).data]).toEqual([102, 102, 102, 255]);
});
