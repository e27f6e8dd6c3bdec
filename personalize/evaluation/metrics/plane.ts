import type { Tensor } from '../../../runtime/core/tensor.js';

/** One channel, rows from the top. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/** Side of the Gaussian window of SSIM. */
export const windowSize = 11;

/** One axis of SSIM's window: a Gaussian of σ 1.5 pixels, summing to 1 (Wang et al. 2004, section III.C). */
export const gaussianWindow: Float64Array = (() => {
  const weights = Float64Array.from({ length: windowSize }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
})();

/** ITU-R BT.601 luma of an image [3, H, W]. */
export function luminance({ dims, data }: Tensor): Plane {
  const [, height, width] = dims as [number, number, number];
  const pixels = height * width;
  const luma = new Float64Array(pixels);
  for (let i = 0; i < pixels; i++)
    luma[i] = 0.299 * data[i]! + 0.587 * data[pixels + i]! + 0.114 * data[2 * pixels + i]!;
  return { width, height, data: luma };
}

/** Convolves both axes with `window`, only where it fits: [H, W] -> [H - K + 1, W - K + 1]. */
export function blurValid({ width, height, data }: Plane, window: Float64Array): Plane {
  const size = window.length;
  const [outWidth, outHeight] = [width - size + 1, height - size + 1];
  const rows = new Float64Array(outWidth * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += window[k]! * data[y * width + x + k]!;
      rows[y * outWidth + x] = sum;
    }
  }
  const out = new Float64Array(outWidth * outHeight);
  for (let y = 0; y < outHeight; y++) {
    for (let k = 0; k < size; k++) {
      const weight = window[k]!;
      const row = (y + k) * outWidth;
      for (let x = 0; x < outWidth; x++) out[y * outWidth + x]! += weight * rows[row + x]!;
    }
  }
  return { width: outWidth, height: outHeight, data: out };
}

/** Means of 2 x 2 pixels; the last row or column of an odd size stands for its missing neighbour too. */
export function halve({ width, height, data }: Plane): Plane {
  const [outWidth, outHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = new Float64Array(outWidth * outHeight);
  for (let y = 0; y < outHeight; y++) {
    const [top, bottom] = [2 * y * width, Math.min(2 * y + 1, height - 1) * width];
    for (let x = 0; x < outWidth; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
      out[y * outWidth + x] =
        (data[top + left]! + data[top + right]! + data[bottom + left]! + data[bottom + right]!) / 4;
    }
  }
  return { width: outWidth, height: outHeight, data: out };
}
