import { ShapeError } from '../../../runtime/core/errors.js';
import { expectDims, formatDims, type Tensor } from '../../../runtime/core/tensor.js';

/** Values of an image run from -1 to 1. */
const peak = 2;

/**
 * Peak signal-to-noise ratio, 10 log10(peak² / MSE), where the mean runs over channels and over pixels weighted by the
 * mask: the background, which no head's network makes, does not flatter or spoil the number.
 * @param a [C, H, W] in -1..1
 * @param b as `a`
 * @param mask [1, H, W] weights 0..1; absent: every pixel counts alike
 * @returns dB; Infinity where nothing differs
 * @throws ShapeError where sizes differ, or the mask is empty
 */
export function psnr(a: Tensor, b: Tensor, mask?: Tensor): number {
  expectDims(a, [null, null, null], 'psnr: first image');
  expectDims(b, a.dims, 'psnr: second image');
  const [channels, height, width] = a.dims as [number, number, number];
  if (mask) expectDims(mask, [1, height, width], 'psnr: mask');
  const pixels = height * width;
  let [error, weights] = [0, 0];
  for (let i = 0; i < pixels; i++) {
    const weight = mask ? mask.data[i]! : 1;
    weights += weight;
    for (let c = 0; c < channels; c++) error += weight * (a.data[c * pixels + i]! - b.data[c * pixels + i]!) ** 2;
  }
  if (!(weights > 0)) {
    throw new ShapeError(
      'psnr/mask',
      `psnr: the mask of ${formatDims(a.dims)} covers nothing. Pass the head's coverage, or none.`,
    );
  }
  return 10 * Math.log10(peak ** 2 / (error / (weights * channels)));
}
