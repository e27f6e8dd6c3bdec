import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { luminance } from './facePatch.js';

const columns = 9;
const rows = 8;

/**
 * 64 bits that copies of a photo share whatever their size and compression: whether each of 8 x 8 cells is darker than
 * the cell to its right.
 * @returns two words of 32 bits
 */
export function differenceHash(patch: Bitmap): readonly [number, number] {
  const means = cellMeans(patch);
  const words: [number, number] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const at = row * columns + column;
      if (means[at]! >= means[at + 1]!) continue;
      const bit = row * (columns - 1) + column;
      words[bit >> 5]! |= 1 << (bit & 31);
    }
  }
  return words;
}

/** Bits in which two hashes differ, 0..64. */
export function hashDistance(a: readonly [number, number], b: readonly [number, number]): number {
  let count = 0;
  for (let word of [a[0] ^ b[0], a[1] ^ b[1]]) for (; word !== 0; word &= word - 1) count++;
  return count;
}

function cellMeans(patch: Bitmap): Float64Array {
  const { width, height } = patch;
  const y = luminance(patch);
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let i = 0; i < y.length; i++) {
    const column = Math.floor(((i % width) * columns) / width);
    const row = Math.floor((Math.floor(i / width) * rows) / height);
    sums[row * columns + column]! += y[i]!;
    counts[row * columns + column]!++;
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i]!));
}
