import type { Base } from '../../../runtime/checkpoint/base/base.js';
import { HeadError } from '../../../runtime/core/errors.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { superresolutionInput } from '../../../runtime/network/superresolution.js';

/** Sizes of a window of the raw image and of what super-resolution makes of it, pixels. */
export interface FineLayout {
  /** Side of the raw image. */
  readonly side: number;
  /** Side of the window that is rendered. */
  readonly window: number;
  /** Rows and columns at the window's edges that feel zeros beyond it where the image goes on. */
  readonly margin: number;
  /** Side of what is compared: the window without its margins, or the whole. */
  readonly inner: number;
  /** Fine pixels a raw pixel. */
  readonly scale: number;
}

/** A window with less to compare than this share of its side would waste its rays: the whole image is taken. */
const leastShare = 0.4;

/**
 * How large a window must be so that its inner part is super-resolved as in the whole image: each convolution and each
 * up-sampling reaches one pixel of its input's size, enlarging before the first block one raw pixel. Noise maps belong to
 * places of the whole image, so with them the window is the whole; so it is where the raw image is reduced.
 * @param window wanted, raw pixels
 * @throws HeadError where the base has no super-resolution
 */
export function fineLayout(base: Base, window: number): FineLayout {
  const config = base.config.superresolution;
  if (!config) throw new HeadError('superresolution/none', 'fineLayout: this base has no super-resolution.');
  const side = base.config.neuralRenderingResolution;
  const input = superresolutionInput(config, side);
  let [grown, reach] = [1, 0];
  for (const { up } of networkLayout(base).superresolution) {
    reach += 1 / grown;
    if (up) grown *= 2;
    reach += 1 / grown;
  }
  const scale = (input * grown) / side;
  const margin = Math.ceil((reach * side) / input) + (input === side ? 0 : 1);
  const inner = window - 2 * margin;
  const whole = window >= side || inner < leastShare * window || config.noiseMode === 'const' || input % side !== 0;
  return whole ? { side, window: side, margin: 0, inner: side, scale } : { side, window, margin, inner, scale };
}

/** First row or column of the window around an inner part that begins at `first`: moved back where the image ends. */
export function windowStart({ side, window, margin }: FineLayout, first: number): number {
  return Math.min(side - window, Math.max(0, first - margin));
}
