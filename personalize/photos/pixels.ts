import { ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { DecodedImage } from './decodedImage.js';

/** The smallest photo that a face is learned from: the coarsest scale of training. */
export const leastSide = 16;

/** @throws ShapeError `photos/square`, `photos/small` */
export function requireSquare({ width, height }: DecodedImage, where: string): void {
  if (width !== height) {
    throw new ShapeError(
      'photos/square',
      `${where}: expected a square image, got ${width} x ${height}. Crop it as its camera says.`,
    );
  }
  if (width < leastSide) {
    throw new ShapeError(
      'photos/small',
      `${where}: expected a side of at least ${leastSide} pixels, got ${width}. Take a larger photo.`,
    );
  }
}

/** Colours as they are stored, [3, H, W] in -1..1; alpha plays no part. */
export function colorTensor({ width, height, data, max }: DecodedImage): Tensor {
  const pixels = width * height;
  const out = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++) for (let i = 0; i < pixels; i++) out[c * pixels + i] = data[4 * i + c]! / (max / 2) - 1;
  return { dims: [3, height, width], data: out };
}

/** Alpha as a mask, [1, H, W] in 0..1; null where the image is opaque everywhere. */
export function alphaTensor({ width, height, data, max }: DecodedImage): Tensor | null {
  const out = new Float32Array(width * height);
  let opaque = true;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[4 * i + 3]! / max;
    opaque &&= out[i] === 1;
  }
  return opaque ? null : { dims: [1, height, width], data: out };
}

/** A mask file as a mask, [1, H, W] in 0..1: its alpha, or the mean of its colours where it is opaque everywhere. */
export function maskTensor(image: DecodedImage): Tensor {
  const alpha = alphaTensor(image);
  if (alpha) return alpha;
  const { width, height, data, max } = image;
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) out[i] = (data[4 * i]! + data[4 * i + 1]! + data[4 * i + 2]!) / (3 * max);
  return { dims: [1, height, width], data: out };
}
