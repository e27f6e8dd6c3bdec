import { expect, test } from '@jest/globals';
import { bitmapOf } from '../../runtime/core/bitmap.js';

test('pixels that show nothing have no colour, others their own', () => {
  // Two pixels of premultiplied colour: 0.001 seen by 0.001, and 0.3 seen by 0.5.
  const premultiplied = [0.001, 0.3];
  const image = {
    dims: [3, 1, 2],
    data: Float32Array.from([0, 1, 2].flatMap(() => premultiplied.map((c) => 2 * c - 1))),
  };
  const alpha = { dims: [1, 1, 2], data: Float32Array.of(0.001, 0.5) };
  const { data } = bitmapOf(image, alpha, 'transparent');
  expect(Array.from(data)).toEqual([0, 0, 0, 0, 153, 153, 153, 128]);
});
