import { resizeMatrix } from 'babylon-personalized-head/command';
import {
  type Background,
  bitmapOf,
  type Bitmap,
  pictureGrid,
  type Portrait,
  type Tensor,
} from 'babylon-personalized-head/runtime';

export { encodePng, type Background, type Bitmap } from 'babylon-personalized-head/runtime';

/**
 * A view as a picture.
 * @param background null: the image as the generator made it, opaque
 */
export function toPicture({ image, alpha }: Portrait, background: Background | null): Bitmap {
  return background === null ? bitmapOf(image, null, [0, 0, 0]) : bitmapOf(image, alpha, background);
}

/** Bilinear, antialiased, [C, H, H] -> [C, side, side]. */
export function resizeImage({ dims, data }: Tensor, side: number): Tensor {
  const [channels, from] = dims as [number, number];
  const m = resizeMatrix(from, side, true);
  const rows = new Float64Array(channels * side * from);
  const out = new Float32Array(channels * side * side);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < side; i++) {
      for (let k = 0; k < from; k++) {
        const weight = m[i * from + k]!;
        if (weight === 0) continue;
        for (let x = 0; x < from; x++) rows[(c * side + i) * from + x]! += weight * data[(c * from + k) * from + x]!;
      }
      for (let j = 0; j < side; j++) {
        let sum = 0;
        for (let x = 0; x < from; x++) {
          const weight = m[j * from + x]!;
          if (weight !== 0) sum += weight * rows[(c * side + i) * from + x]!;
        }
        out[(c * side + i) * side + j] = sum;
      }
    }
  }
  return { dims: [channels, side, side], data: out };
}

/** Pictures of one size side by side. */
export function contactSheet(pictures: readonly Bitmap[]): Bitmap {
  return pictureGrid([pictures]);
}
