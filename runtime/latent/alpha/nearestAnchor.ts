import type { Tensor } from '../../core/tensor.js';
import { anchorGeometry, matchRows } from './anchorGeometry.js';
import type { Anchors } from './anchors.js';

/**
 * The anchor a latent is nearest to, and how far it is: root mean square over rows, in units of w.
 * @param w [wDim] or [rows, wDim]
 * @throws ShapeError, NumericError for a w of another size or not finite
 */
export function nearestAnchor(anchors: Anchors, w: Tensor): { readonly index: number; readonly distance: number } {
  const geometry = anchorGeometry(anchors);
  const target = matchRows(geometry, w);
  const { count, mean, centred, wDim } = geometry;
  let best = { index: 0, distance: Infinity };
  for (let n = 0; n < count; n++) {
    let squares = 0;
    for (let i = 0; i < target.length; i++) {
      const k = i % mean.length;
      squares += (mean[k]! + centred[n * mean.length + k]! - target[i]!) ** 2;
    }
    const distance = Math.sqrt((squares * wDim) / target.length);
    if (distance < best.distance) best = { index: n, distance };
  }
  return best;
}
