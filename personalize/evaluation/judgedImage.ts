import type { Tensor } from '../../runtime/core/tensor.js';
import type { Portrait } from '../../runtime/generator/headRenderer.js';
import type { Photo } from '../photos/photo.js';
import { areaAverage } from '../photos/shrink.js';

/** On grey where the mask or alpha ends: [3, H, H], -1..1, where grey is 0. */
function overGrey(premultiplied: (i: number) => number, coverage: Float32Array, side: number): Tensor {
  const area = side * side;
  const data = new Float32Array(3 * area);
  for (let i = 0; i < data.length; i++) {
    const alpha = Math.min(1, coverage[i % area]!);
    data[i] = Math.min(1, Math.max(-1, 2 * (premultiplied(i) + (1 - alpha) * 0.5) - 1));
  }
  return { dims: [3, side, side], data };
}

/** A photo as judges see it, no larger than `side`, and where the person is in it. */
export function photoImage({ image, mask }: Photo, side: number): { image: Tensor; mask: Tensor } {
  const small = areaAverage(image, side);
  const own = small.dims.at(-1)!;
  const cover = mask ? areaAverage(mask, own) : { dims: [1, own, own], data: new Float32Array(own * own).fill(1) };
  const area = own * own;
  const seen = overGrey((i) => ((small.data[i]! + 1) / 2) * cover.data[i % area]!, cover.data, own);
  return { image: seen, mask: cover };
}

/** A render as judges see it: [3, R, R] in -1..1, over the same grey as photos. */
export function portraitImage({ imageRaw, alpha }: Pick<Portrait, 'imageRaw' | 'alpha'>): Tensor {
  return overGrey((i) => (imageRaw.data[i]! + 1) / 2, alpha.data, imageRaw.dims.at(-1)!);
}
