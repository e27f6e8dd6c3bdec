import { focalPerDistance } from './convention.js';
import type { FittedView } from './view.js';

/**
 * Where a view sees points of the head's frame.
 * @param points [n, 3], world units
 * @returns [n, 2], pixels of the photo
 */
export function projectLandmarks(
  { rotation: r, distance, side, center }: FittedView,
  points: ArrayLike<number>,
): Float64Array {
  const n = points.length / 3;
  const pixels = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!];
    const zoom = (side * focalPerDistance * distance) / (r[6] * x + r[7] * y + r[8] * z + distance);
    pixels[2 * i] = center[0] + zoom * (r[0] * x + r[1] * y + r[2] * z);
    pixels[2 * i + 1] = center[1] + zoom * (r[3] * x + r[4] * y + r[5] * z);
  }
  return pixels;
}
