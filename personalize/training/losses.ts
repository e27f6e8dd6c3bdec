import type { ViewGradients } from '../../runtime/render/backward/gradients.js';
import type { RenderedRays } from '../../runtime/render/rayMarch.js';
import type { Patch } from './target.js';

/** How much each term counts. */
export interface LossWeights {
  /** Mean squared difference of premultiplied colours, 0..1. */
  readonly color: number;
  /** Mean squared difference of alpha and mask. */
  readonly alpha: number;
  /** Multi-scale structure, see `structureLoss`. */
  readonly structure: number;
  /** Mean of 4 alpha (1 - alpha), which pushes alpha to 0 or 1: no mist about hair and shoulders. Default 0. */
  readonly solid?: number;
}

export const defaultWeights: LossWeights = { color: 1, alpha: 0.5, structure: 0.5, solid: 0.01 };

/** A loss with its gradients by the rendered view. */
export interface Loss {
  readonly total: number;
  readonly color: number;
  readonly alpha: number;
  readonly structure: number;
  readonly gradients: ViewGradients;
}

/** sqrt(x^2 + e^2) - e behaves like |x| far out and like x^2 near 0 (Charbonnier 1994). */
const charbonnier = 0.01;

/**
 * Structure without a network: differences of neighbours, right and below, compared at full, half and quarter size,
 *   L = mean over scales and differences of sqrt((d render - d photo)^2 + e^2) - e.
 * Blur loses differences, so unlike a squared error it does not prefer a blurred face to a slightly shifted sharp one.
 * @param error [3, side, side]: render minus photo; the differences are linear, so theirs is all that is needed
 * @param gradient added to, of the same size
 */
export function structureLoss(error: Float32Array, side: number, weight: number, gradient: Float32Array): number {
  let sum = 0;
  const scales: { error: Float32Array; side: number }[] = [{ error, side }];
  while (scales.length < 3 && scales.at(-1)!.side % 2 === 0 && scales.at(-1)!.side >= 8) {
    const last = scales.at(-1)!;
    scales.push({ error: pool(last.error, last.side), side: last.side / 2 });
  }
  scales.forEach((scale, level) => {
    const byScale = new Float32Array(scale.error.length);
    sum += neighbours(scale.error, scale.side, byScale) / scales.length;
    const block = 2 ** level;
    // A pooled pixel is the mean of block^2.
    const share = weight / (scales.length * block * block);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < scale.side * block; y++) {
        const row = (c * scale.side + Math.floor(y / block)) * scale.side;
        for (let x = 0; x < scale.side * block; x++) {
          gradient[(c * side + y) * side + x]! += share * byScale[row + Math.floor(x / block)]!;
        }
      }
    }
  });
  return sum;
}

function pool(image: Float32Array, side: number): Float32Array {
  const half = side / 2;
  return Float32Array.from({ length: 3 * half * half }, (_, i) => {
    const x = i % half;
    const y = Math.floor(i / half) % half;
    const at = (Math.floor(i / (half * half)) * side + 2 * y) * side + 2 * x;
    return (image[at]! + image[at + 1]! + image[at + side]! + image[at + side + 1]!) / 4;
  });
}

/** Mean over all differences; its gradient is set. */
function neighbours(error: Float32Array, side: number, gradient: Float32Array): number {
  const count = 6 * side * (side - 1);
  let sum = 0;
  const pair = (a: number, b: number): void => {
    const d = error[b]! - error[a]!;
    const norm = Math.sqrt(d * d + charbonnier * charbonnier);
    sum += norm - charbonnier;
    const slope = d / norm / count;
    gradient[b]! += slope;
    gradient[a]! -= slope;
  };
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const at = (c * side + y) * side + x;
        if (x + 1 < side) pair(at, at + 1);
        if (y + 1 < side) pair(at, at + side);
      }
    }
  }
  return count > 0 ? sum / count : 0;
}

/**
 * Rendered minus photo, premultiplied.
 * @param rendered features [3, R] in -1..1
 * @returns [3, R], 0..1
 */
export function patchError(rendered: RenderedRays, { color }: Patch): Float32Array {
  return color.map((value, i) => (rendered.features[i]! + 1) / 2 - value);
}

/**
 * Compares a rendered patch with the photo. Colours are compared premultiplied, so the photo's background counts for
 * nothing where it has a mask; without one, the whole photo counts and alpha does not.
 * @param rendered features [3, R] in -1..1 premultiplied, as the renderer makes them
 * @param counts [R], how much each pixel counts, 0..1; null: all the same
 */
export function patchLoss(
  rendered: RenderedRays,
  patch: Patch,
  weights: LossWeights,
  counts: Float32Array | null = null,
): Loss {
  const count = patch.pixels.length;
  const error = patchError(rendered, patch);
  const features = new Float32Array(3 * count);
  let color = 0;
  for (let i = 0; i < 3 * count; i++) {
    const difference = error[i]!;
    // Differences of neighbours are compared of what counts.
    if (counts) error[i]! *= counts[i % count]!;
    color += (error[i]! * difference) / (3 * count);
  }
  const structure = weights.structure > 0 ? structureLoss(error, patch.side, weights.structure, features) : 0;
  for (let i = 0; i < features.length; i++) {
    if (counts) features[i]! *= counts[i % count]!;
    features[i]! += (2 * weights.color * error[i]!) / (3 * count);
    // By the renderer's -1..1.
    features[i]! /= 2;
  }
  const byAlpha = new Float32Array(count);
  const { solid: solidWeight = 0 } = weights;
  let [alpha, solid] = [0, 0];
  if (patch.mask) {
    for (let i = 0; i < count; i++) {
      const [own, share] = [rendered.alpha[i]!, (counts ? counts[i]! : 1) / count];
      const difference = own - patch.mask[i]!;
      alpha += share * difference * difference;
      solid += (4 * own * (1 - own)) / count;
      byAlpha[i] = 2 * weights.alpha * share * difference + (4 * solidWeight * (1 - 2 * own)) / count;
    }
  }
  return {
    total: weights.color * color + weights.alpha * alpha + weights.structure * structure + solidWeight * solid,
    color,
    alpha,
    structure,
    gradients: { features, alpha: byAlpha },
  };
}
