import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { luminance } from './facePatch.js';

/**
 * Variance of the 4-neighbour Laplacian of the luminance, 0..255. Of a face patch of 128 pixels: about 140 to 270 where
 * it is sharp, 30 after a blur of 2 pixels, below 15 where nothing can be learned from it.
 */
export function faceSharpness(patch: Bitmap): number {
  const { width, height } = patch;
  const y = luminance(patch);
  let [sum, squares] = [0, 0];
  for (let row = 1; row < height - 1; row++) {
    for (let i = row * width + 1; i < (row + 1) * width - 1; i++) {
      const value = y[i - 1]! + y[i + 1]! + y[i - width]! + y[i + width]! - 4 * y[i]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = (width - 2) * (height - 2);
  return squares / count - (sum / count) ** 2;
}
