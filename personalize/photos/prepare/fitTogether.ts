import { fitView, type PhotoHints } from '../cameras/fitView.js';
import type { HeadShape } from '../cameras/headShape.js';
import type { FittedView } from '../cameras/view.js';

export function fitTogether(
  points: readonly Float32Array[],
  hints: readonly PhotoHints[],
  shape: HeadShape,
): Promise<readonly FittedView[]> {
  return Promise.resolve(points.map((p, i) => fitView(p, shape, hints[i])));
}
