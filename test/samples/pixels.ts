import type { Screenshot } from '../harness/browser.js';

/** Left, top, right, bottom; the last two excluded. */
export type Area = readonly [number, number, number, number];

function* pixelsOf(shot: Screenshot, [left, top, right, bottom]: Area): Generator<readonly number[]> {
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) yield shot.pixel(x, y).slice(0, 3);
}

/** Mean red, green and blue, 0..255. */
export function meanColor(shot: Screenshot, area: Area): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (const pixel of pixelsOf(shot, area)) {
    pixel.forEach((value, i) => (sums[i]! += value));
    count++;
  }
  return sums.map((sum) => sum / count);
}

/** Mean absolute difference of two pictures over an area, 0..255. */
export function meanDifference(a: Screenshot, b: Screenshot, area: Area): number {
  const others = pixelsOf(b, area);
  let sum = 0;
  let count = 0;
  for (const pixel of pixelsOf(a, area)) {
    const other = others.next().value as readonly number[];
    pixel.forEach((value, i) => (sum += Math.abs(value - other[i]!)));
    count += 3;
  }
  return sum / count;
}

/** Largest difference of any colour of two pictures over an area, 0..255. */
export function maxDifference(a: Screenshot, b: Screenshot, area: Area): number {
  const others = pixelsOf(b, area);
  let largest = 0;
  for (const pixel of pixelsOf(a, area)) {
    const other = others.next().value as readonly number[];
    pixel.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - other[i]!))));
  }
  return largest;
}
