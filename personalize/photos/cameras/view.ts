import type { Camera } from '../../../runtime/camera/camera.js';
import type { Matrix3 } from '../../../runtime/core/matrix3.js';
import type { Square } from '../faces/faceNets.js';

/**
 * Where a photo was taken from, as landmarks tell. A point X of the head's frame is seen in the photo at
 *   center + side * f * (R X).xy / ((R X).z + distance),
 * with f = 4.2647 * distance / 2.7, so that a crop of `side` pixels about `center` shows the head as EG3D's crops do.
 */
export interface FittedView {
  /** World to camera, row-major, OpenCV axes. Holds roll too. */
  readonly rotation: Matrix3;
  /** Camera to the head's origin, world units. */
  readonly distance: number;
  /** Side of the crop, pixels of the upright photo. */
  readonly side: number;
  /** The head's origin in the photo, pixels. */
  readonly center: readonly [x: number, y: number];
  /** Weighted root mean square of the landmarks' distance to the fit, in crop sides. */
  readonly error: number;
}

/** A view as a data set stores it: what is cut out, and the camera of that crop. */
export interface LabelledView {
  /** Degrees, EG3D's sense: yaw > 0 has the camera at the person's left, pitch > 0 above. */
  readonly yaw: number;
  readonly pitch: number;
  /** Degrees the photo's head is rolled; the crop is turned by it, so the camera is upright. */
  readonly roll: number;
  /** World units. */
  readonly distance: number;
  readonly crop: Square;
  /** Looks at the origin, upright; focal = 4.2647 distance / 2.7. */
  readonly camera: Camera;
}
