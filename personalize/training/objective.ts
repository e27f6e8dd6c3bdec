import type { RenderedRays } from '../../runtime/render/rayMarch.js';
import type { Lpips } from '../perceptual/lpips.js';
import { patchLoss, type Loss, type LossWeights } from './losses.js';
import type { Patch } from './target.js';

/** A network's distance beside the terms that need none. */
export interface PerceptualTerm {
  readonly lpips: Lpips;
  readonly weight: number;
}

/** What renders are compared with photos by. */
export interface Objective {
  readonly weights: LossWeights;
  /** LPIPS, where the user brought its network. */
  readonly perceptual?: PerceptualTerm;
}

/**
 * `patchLoss`, and LPIPS where there is one: of render and photo over black, where the photo has a mask.
 * @param rendered features [channels, R]; further channels than three are left alone
 */
export async function compare(rendered: RenderedRays, patch: Patch, { weights, perceptual }: Objective): Promise<Loss> {
  const loss = patchLoss(rendered, patch, weights);
  if (!perceptual || perceptual.weight === 0) return loss;
  const { lpips, weight } = perceptual;
  const dims = [3, patch.side, patch.side];
  const reference = await lpips.reference({ dims, data: patch.color.map((value) => 2 * value - 1) });
  const image = { dims, data: rendered.features.slice(0, patch.color.length) };
  const { distance, gradient } = await lpips.slope(image, reference);
  const features = Float32Array.from(loss.gradients.features, (value, i) => value + weight * gradient[i]!);
  return { ...loss, total: loss.total + weight * distance, gradients: { ...loss.gradients, features } };
}
