import type { RenderedRays } from '../../../runtime/render/rayMarch.js';
import type { Patch } from '../target.js';
import type { ColorTransform } from './colorTransform.js';

/** How one photo shows the person: its colours, and how far its parts are believed. */
export interface PhotoView {
  /** Of the head's colours in that photo; null: none. */
  readonly colors: ColorTransform | null;
  /** [R] of a patch's pixels, 0..1; null: all count. */
  weights(patch: Patch): Float32Array | null;
  /**
   * Takes in a look, after it was compared.
   * @param rendered as the head is
   * @param shown with the photo's colours
   */
  observe(rendered: RenderedRays, shown: RenderedRays, patch: Patch, weight: Float32Array | null): void;
}

/** The same that takes nothing in. */
export const unobserved = (view: PhotoView): PhotoView => ({
  colors: view.colors,
  weights: (patch) => view.weights(patch),
  observe: () => undefined,
});
