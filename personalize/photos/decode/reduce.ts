import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { coverage } from '../shrink.js';

/** Size of a picture after its longer side is reduced to at most `longest`; never enlarged. */
export function reducedSize(width: number, height: number, longest: number): readonly [width: number, height: number] {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * Reduces by area average, exact for any ratio. Colours are averaged by their alpha, so that what lies under transparent
 * pixels stays out.
 */
export function reduceBitmap(picture: Bitmap, longest: number): Bitmap {
  const { width: w, height: h, data: from } = picture;
  const [width, height] = reducedSize(w, h, longest);
  if (width === w && height === h) return picture;
  const columns = coverage(w, width);
  const rows = coverage(h, height);
  const row = new Float64Array(4 * width);
  const sums = new Float64Array(4 * width);
  const data = new Uint8Array(4 * width * height);
  rows.forEach(({ first, shares }, y) => {
    sums.fill(0);
    shares.forEach((share, k) => {
      reduceRow(from, 4 * w * (first + k), columns, row);
      for (let i = 0; i < row.length; i++) sums[i]! += share * row[i]!;
    });
    for (let x = 0; x < width; x++) {
      const at = 4 * x;
      const alpha = sums[at + 3]!;
      for (let c = 0; c < 3; c++) {
        data[4 * width * y + at + c] = alpha > 0 ? Math.round((sums[at + c]! * 255) / alpha) : 0;
      }
      data[4 * width * y + at + 3] = Math.round(alpha);
    }
  });
  return { width, height, data };
}

/** One row's area average: colour times alpha / 255, and alpha. */
function reduceRow(from: Uint8Array, start: number, columns: ReturnType<typeof coverage>, row: Float64Array): void {
  for (let x = 0; x < columns.length; x++) {
    const { first, shares } = columns[x]!;
    let [r, g, b, a] = [0, 0, 0, 0];
    for (let k = 0; k < shares.length; k++) {
      const at = start + 4 * (first + k);
      const alpha = shares[k]! * from[at + 3]!;
      const weight = alpha / 255;
      r += weight * from[at]!;
      g += weight * from[at + 1]!;
      b += weight * from[at + 2]!;
      a += alpha;
    }
    row[4 * x] = r;
    row[4 * x + 1] = g;
    row[4 * x + 2] = b;
    row[4 * x + 3] = a;
  }
}
