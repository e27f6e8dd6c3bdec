import type { RenderedRays } from '../../runtime/render/rayMarch.js';
import type { Lpips } from '../perceptual/lpips.js';
import { applyColors, colorsBackward } from './appearance/colorTransform.js';
import type { PhotoView } from './appearance/photoView.js';
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
 * `patchLoss`, and LPIPS where there is one: of render and photo over black, where the photo has a mask. The head is compared
 * in the photo's own colours, and what is not the person in it counts less.
 * @param rendered features [channels, R]; further channels than three are left alone
 * @param view of the photo; absent: it shows the person as they are
 */
export async function compare(
  rendered: RenderedRays,
  patch: Patch,
  { weights, perceptual }: Objective,
  view?: PhotoView,
): Promise<Loss> {
  const colors = view?.colors ?? null;
  const shown = colors ? applyColors(rendered, colors) : rendered;
  const counts = product(patch.certainty, view?.weights(patch) ?? null);
  let loss = patchLoss(shown, patch, weights, counts);
  if (perceptual && perceptual.weight > 0) loss = await withLpips(loss, shown, patch, perceptual);
  view?.observe(rendered, shown, patch, counts);
  return colors ? { ...loss, gradients: colorsBackward(loss.gradients, colors, patch.pixels.length) } : loss;
}

async function withLpips(
  loss: Loss,
  shown: RenderedRays,
  patch: Patch,
  { lpips, weight }: PerceptualTerm,
): Promise<Loss> {
  const dims = [3, patch.side, patch.side];
  const reference = await lpips.reference({ dims, data: patch.color.map((value) => 2 * value - 1) });
  const image = { dims, data: shown.features.slice(0, patch.color.length) };
  const { distance, gradient } = await lpips.slope(image, reference);
  const features = Float32Array.from(loss.gradients.features, (value, i) => value + weight * gradient[i]!);
  return { ...loss, total: loss.total + weight * distance, gradients: { ...loss.gradients, features } };
}

/** Of two weights for each pixel, either of which may be absent. */
const product = (a: Float32Array | null, b: Float32Array | null): Float32Array | null =>
  a && b ? a.map((value, i) => value * b[i]!) : (a ?? b);
