import { NumericError, ShapeError } from '../../../runtime/core/errors.js';
import { landmarkCount } from '../faces/faceTopology.js';

/**
 * Checks a photo's landmarks and takes their x and y.
 * @param points [468, 3], x and y in pixels
 * @param where names the photo in errors
 * @returns [468, 2]
 * @throws ShapeError for another count; NumericError where a number is not finite or all points lie together
 */
export function landmarkPixels(points: ArrayLike<number>, where: string): Float64Array {
  if (points.length !== 3 * landmarkCount) {
    throw new ShapeError(
      'cameras/landmarks',
      `${where}: expected ${landmarkCount} landmarks of 3 numbers, got ${points.length} numbers. Pass FaceLandmarks.points.`,
    );
  }
  const pixels = new Float64Array(2 * landmarkCount);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < landmarkCount; i++) {
    const [x, y] = [points[3 * i]!, points[3 * i + 1]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new NumericError('cameras/number', `${where}: landmark ${i} lies at (${x}, ${y}). Leave the photo out.`);
    }
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    pixels[2 * i] = x;
    pixels[2 * i + 1] = y;
  }
  // Of a face 8 pixels tall nothing can be learned; a point or a line is no face.
  if (!(Math.min(right - left, bottom - top) > 4)) {
    throw new NumericError(
      'cameras/flat',
      `${where}: the landmarks cover ${(right - left).toFixed(1)} x ${(bottom - top).toFixed(1)} pixels, which is no face. Leave the photo out.`,
    );
  }
  return pixels;
}
