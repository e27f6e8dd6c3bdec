import { NumericError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { anchorGeometry } from './anchorGeometry.js';
import type { Anchors } from './anchors.js';
import { projectLatent } from './projectLatent.js';

/** Root mean square distance of an anchor to the anchors' mean, per layer, in units of w; 0 for equal anchors. */
export const anchorSpread = (anchors: Anchors): number => anchorGeometry(anchors).spread;

/**
 * How far from the person a latent is: its distance to the convex hull of the anchors (beta = 0), in units of their
 * spread. 0 within the hull; 1 is as far outside as a photograph of the person usually is from their mean look. It is a
 * distance in w, not of faces: the identity meter measures those.
 * @param w [wDim] or [rows, wDim]
 * @param unit what counts as 1, in units of w
 * @throws NumericError if the anchors have no spread (one anchor, or all the same) and no unit is given
 */
export function distanceFromPerson(anchors: Anchors, w: Tensor, unit = anchorSpread(anchors)): number {
  if (!(unit > 0 && unit < Infinity)) {
    throw new NumericError(
      'latent/spread',
      `distance from the person: expected a unit greater than 0, got ${unit}. ` +
        'One anchor, or the same one many times, has no spread: pass a unit, such as the spread of the base’s own w.',
    );
  }
  const { distance } = projectLatent(anchors, w, 0);
  const size = Math.sqrt(w.data.reduce((sum, value) => sum + value * value, 0));
  // What float32 loses of w, and the projection of a w on a face of the hull, is no distance.
  return distance <= 1e-6 * unit + size * 2 ** -22 ? 0 : distance / unit;
}
