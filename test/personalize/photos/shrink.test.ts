import { describe, expect, test } from '@jest/globals';
import { areaAverage } from '../../../personalize/photos/shrink.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { hashed } from '../../gradient/scene.js';

const imageOf = (channels: number, side: number): Tensor => ({
  dims: [channels, side, side],
  data: hashed(`image ${side}`, channels * side * side, 1),
});

/** Length that [a, a + 1) and [from, to) share. */
const overlap = (a: number, from: number, to: number): number => Math.max(0, Math.min(a + 1, to) - Math.max(a, from));

/** The definition: every source pixel, weighed by the area it shares with the target pixel. */
function direct({ dims, data }: Tensor, side: number): Float32Array {
  const [channels, from] = dims as [number, number];
  const ratio = from / side;
  const out = new Float32Array(channels * side * side);
  for (let i = 0; i < out.length; i++) {
    const [c, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    let sum = 0;
    for (let v = 0; v < from; v++) {
      const rows = overlap(v, y * ratio, (y + 1) * ratio);
      if (rows === 0) continue;
      for (let u = 0; u < from; u++) {
        sum += rows * overlap(u, x * ratio, (x + 1) * ratio) * data[(c * from + v) * from + u]!;
      }
    }
    out[i] = sum / ratio ** 2;
  }
  return out;
}

describe('areaAverage', () => {
  test.each([
    [256, 96],
    [64, 32],
    [48, 47],
    [37, 16],
    [19, 3],
    [31, 1],
  ])('%i to %i is the average over the area', (from, to) => {
    const image = imageOf(2, from);
    const small = areaAverage(image, to);
    const expected = direct(image, to);
    expect(small.dims).toEqual([2, to, to]);
    expect(small.data.length).toBe(expected.length);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - small.data[i]!)))).toBeLessThan(1e-6);
  });

  test('one colour stays that colour', () => {
    const flat = { dims: [1, 49, 49], data: new Float32Array(49 * 49).fill(0.3) };
    for (let side = 1; side < 49; side++) {
      const { data } = areaAverage(flat, side);
      expect(data.length).toBe(side * side);
      expect(Math.max(...data.map((value) => Math.abs(value - 0.3)))).toBeLessThan(1e-6);
    }
  });

  test('never enlarges, and leaves its source as it is', () => {
    const image = imageOf(3, 20);
    expect(areaAverage(image, 20)).toBe(image);
    expect(areaAverage(image, 200)).toBe(image);
    const before = image.data.slice();
    areaAverage(image, 7);
    expect(image.data).toEqual(before);
  });
});
