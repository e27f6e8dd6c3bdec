import type { Tensor } from '../../runtime/core/tensor.js';

/** Which source pixels make a target pixel, and how much of each lies in it. */
export function coverage(from: number, to: number): { first: number; shares: number[] }[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * ratio, (i + 1) * ratio];
    const first = Math.floor(start + 1e-9);
    const shares: number[] = [];
    for (let k = first; k < end - 1e-9; k++) shares.push((Math.min(k + 1, end) - Math.max(k, start)) / ratio);
    return { first, shares };
  });
}

/**
 * Shrinks a square image by area average, exact for any ratio; it is never enlarged.
 * @param image [C, H, H]
 * @returns [C, side, side], or `image` itself where it is no larger
 */
export function areaAverage(image: Tensor, side: number): Tensor {
  const [channels, from] = image.dims as [number, number];
  if (from <= side) return image;
  const parts = coverage(from, side);
  const rows = new Float64Array(channels * side * from);
  const data = new Float32Array(channels * side * side);
  for (let c = 0; c < channels; c++) {
    parts.forEach(({ first, shares }, y) => {
      shares.forEach((share, k) => {
        const source = (c * from + first + k) * from;
        const target = (c * side + y) * from;
        for (let x = 0; x < from; x++) rows[target + x]! += share * image.data[source + x]!;
      });
    });
    for (let y = 0; y < side; y++) {
      const row = (c * side + y) * from;
      parts.forEach(({ first, shares }, x) => {
        let sum = 0;
        for (let k = 0; k < shares.length; k++) sum += shares[k]! * rows[row + first + k]!;
        data[(c * side + y) * side + x] = sum;
      });
    }
  }
  return { dims: [channels, side, side], data };
}
