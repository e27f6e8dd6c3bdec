import { requireCamera, type Camera } from '../../runtime/camera/camera.js';
import { NumericError } from '../../runtime/core/errors.js';
import { dot3, type Vector3 } from '../../runtime/core/vector3.js';

/** A square around a face, in pixels of a square image whose first pixel's centre lies at 0.5. */
export interface FaceBox {
  /** Column of the square's centre. */
  readonly x: number;
  /** Row of the square's centre, from the top. */
  readonly y: number;
  readonly side: number;
  /** Radians by which the head leans clockwise in the image: 0 where the eyes lie level. */
  readonly roll: number;
}

/** Middle of a face: of a head from -0.25 (chin) to 0.25 (crown), brows near 0.05, eyes near 0.01, 0.09 in front. */
const faceCenter: Vector3 = [0, -0.09, 0.08];
/** Side of the square from above the brows to below the chin, world units. */
const faceSide = 0.34;

/**
 * Where the face is in an image of a known camera, in EG3D's head frame: no detector, so that blurred and half-learned
 * heads are measured too. The judges refine it once from the landmarks they find in it.
 * @param side of the image, pixels
 * @throws ShapeError, NumericError on a camera that is none, or that has the face behind it
 */
export function faceBox(camera: Camera, side: number): FaceBox {
  requireCamera(camera, 'faceBox');
  const { cam2world: m, intrinsics } = camera;
  const axis = (column: number): Vector3 => [m[column]!, m[4 + column]!, m[8 + column]!];
  const from: Vector3 = [faceCenter[0] - m[3]!, faceCenter[1] - m[7]!, faceCenter[2] - m[11]!];
  const depth = dot3(axis(2), from);
  if (!(depth > 1e-6)) throw new NumericError('faceBox/behind', 'faceBox: the face lies behind the camera.');
  const [right, down] = [dot3(axis(0), from) / depth, dot3(axis(1), from) / depth];
  const [fx, skew, cx, , fy, cy] = intrinsics as [number, number, number, number, number, number];
  return {
    x: (fx * right + skew * down + cx) * side,
    y: (fy * down + cy) * side,
    side: (faceSide / depth) * fy * side,
    // The world's up in the image: (right.y, down.y), where an upright camera has (0, -1).
    roll: Math.atan2(m[4]!, -m[5]!),
  };
}
