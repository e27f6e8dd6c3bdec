import { ShapeError } from '../../../runtime/core/errors.js';
import { expectDims, type Tensor } from '../../../runtime/core/tensor.js';
import { blurValid, gaussianWindow, halve, luminance, windowSize, type Plane } from './plane.js';

/** Wang et al. 2003, section 3.2: the exponents of the five scales, finest first. They sum to 1. */
const scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/** Wang et al. 2004: (K1 L)² and (K2 L)² with K1 = 0.01, K2 = 0.03 and L = 2, the range of -1..1. */
const c1 = (0.01 * 2) ** 2;
const c2 = (0.03 * 2) ** 2;

const times = (a: Plane, b: Plane): Plane => ({ ...a, data: a.data.map((value, i) => value * b.data[i]!) });

/** Means over all window positions of SSIM, and of its part cs, which compares contrast and structure. */
function agreement(a: Plane, b: Plane): { ssim: number; cs: number } {
  const blur = (plane: Plane): Float64Array => blurValid(plane, gaussianWindow).data;
  const [meanA, meanB, squareA, squareB, product] = [a, b, times(a, a), times(b, b), times(a, b)].map(blur) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [ssim, cs] = [0, 0];
  for (let i = 0; i < meanA.length; i++) {
    const [x, y] = [meanA[i]!, meanB[i]!];
    const [varianceX, varianceY, covariance] = [squareA[i]! - x * x, squareB[i]! - y * y, product[i]! - x * y];
    const contrast = (2 * covariance + c2) / (varianceX + varianceY + c2);
    ssim += ((2 * x * y + c1) / (x * x + y * y + c1)) * contrast;
    cs += contrast;
  }
  return { ssim: ssim / meanA.length, cs: cs / meanA.length };
}

/**
 * Perceptual distance that needs no trained weights: 1 - MS-SSIM of the luminance, with
 * MS-SSIM = SSIM_M^w_M ∏_{j<M} cs_j^w_j, SSIM = l cs, l = (2 μa μb + C1) / (μa² + μb² + C1),
 * cs = (2 σab + C2) / (σa² + σb² + C2), in 11 x 11 Gaussian windows (σ 1.5) of the image halved j times, scales 1 to 5;
 * an image too small for five scales uses the first that fit, weights renormalised. Negative means count as 0.
 * (Wang, Simoncelli, Bovik: Multi-scale structural similarity, 2003; Wang et al.: Image quality assessment, 2004.)
 * It sees blur, shift and missing detail as eyes do, colour not at all: read it beside the PSNR. Put both images on
 * the same background first.
 * @param a [3, H, W] in -1..1, H and W at least 11
 * @param b as `a`
 * @returns 0 for equal images, up to 1
 * @throws ShapeError where sizes differ or are too small
 */
export function structuralDistance(a: Tensor, b: Tensor): number {
  expectDims(a, [3, null, null], 'structuralDistance: first image');
  expectDims(b, a.dims, 'structuralDistance: second image');
  let [x, y] = [luminance(a), luminance(b)];
  let scales = 0;
  for (let side = Math.min(x.width, x.height); side >= windowSize && scales < scaleWeights.length; scales++) {
    side = Math.ceil(side / 2);
  }
  if (scales === 0) {
    throw new ShapeError(
      'structure/size',
      `structuralDistance: expected at least ${windowSize} x ${windowSize} pixels, got ${x.height} x ${x.width}.`,
    );
  }
  const weights = scaleWeights.slice(0, scales);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let similarity = 1;
  weights.forEach((weight, scale) => {
    const { ssim, cs } = agreement(x, y);
    similarity *= Math.max(0, scale === scales - 1 ? ssim : cs) ** (weight / total);
    [x, y] = [halve(x), halve(y)];
  });
  return 1 - similarity;
}
