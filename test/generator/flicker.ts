import type { Portrait } from '../../runtime/generator/headRenderer.js';

/** A frame of a film on white. */
export interface Frame {
  /** [R], 0..255: mean of the colours. */
  readonly grey: Float32Array;
  /** [R], 0..1. */
  readonly alpha: Float32Array;
}

export function frameOf({ imageRaw, alpha }: Portrait): Frame {
  const pixels = alpha.data.length;
  const grey = Float32Array.from(alpha.data, (a, i) => {
    const sum = [0, 1, 2].reduce((total, c) => total + (imageRaw.data[c * pixels + i]! + 1) / 2, 0);
    return 255 * (sum / 3 + 1 - a);
  });
  return { grey, alpha: alpha.data.slice() };
}

/** Grey levels from one frame to the next, root mean square over the pixels at edges. */
export interface Flicker {
  /** How much the reference changes. */
  readonly moves: number;
  /** How much the other's error changes: an error that stays is none. */
  readonly flicker: number;
}

const isEdge = (alpha: number): boolean => alpha > 0.02 && alpha < 0.98;

/** @param film as many frames as the reference */
export function flickerOf(film: readonly Frame[], reference: readonly Frame[]): Flicker {
  let [moves, flicker, edges] = [0, 0, 0];
  for (let frame = 1; frame < reference.length; frame++) {
    const [before, now] = [reference[frame - 1]!, reference[frame]!];
    for (let i = 0; i < now.grey.length; i++) {
      if (!isEdge(now.alpha[i]!) && !isEdge(before.alpha[i]!)) continue;
      const moved = now.grey[i]! - before.grey[i]!;
      const shown = film[frame]!.grey[i]! - film[frame - 1]!.grey[i]!;
      moves += moved ** 2;
      flicker += (shown - moved) ** 2;
      edges++;
    }
  }
  return { moves: Math.sqrt(moves / edges), flicker: Math.sqrt(flicker / edges) };
}
