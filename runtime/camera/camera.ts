import { NumericError, ShapeError } from '../core/errors.js';
import { determinant3, type Matrix3 } from '../core/matrix3.js';
import { expectGiven } from '../core/given.js';

/**
 * A pinhole camera as EG3D writes it: x right, y down, z forward (OpenCV), in the head's right-handed world whose
 * y points up and whose face looks along +z.
 */
export interface Camera {
  /** 4 x 4, row-major: camera to world. */
  readonly cam2world: readonly number[];
  /** 3 x 3, row-major, in units of the image side: [fx, skew, cx, 0, fy, cy, 0, 0, 1]. */
  readonly intrinsics: readonly number[];
}

/** Numbers in EG3D's camera label. */
export const cameraNumbers = 25;

/**
 * Checks a camera, wherever it comes from: what is not finite here would come out as a picture of nothing.
 * @throws ShapeError, NumericError on anything but 25 finite numbers with a focal length and a rotation
 */
export function requireCamera(camera: Camera, where = 'camera'): void {
  expectGiven(where, 'camera', camera);
  const { cam2world, intrinsics } = camera;
  if (cam2world.length !== 16 || intrinsics.length !== 9) {
    throw new ShapeError(
      'camera/size',
      `${where}: expected cam2world of 16 numbers and intrinsics of 9, got ${cam2world.length} and ${intrinsics.length}.`,
    );
  }
  const values = [...cam2world, ...intrinsics];
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NumericError('camera/number', `${where}: number ${bad} of 25 is ${values[bad]!}.`);
  const rotation = [0, 1, 2, 4, 5, 6, 8, 9, 10].map((i) => values[i]!);
  if (!(Math.abs(determinant3(rotation as unknown as Matrix3)) > 1e-6)) {
    throw new NumericError('camera/rotation', `${where}: cam2world's rotation is singular. Pass a rigid transform.`);
  }
  if (intrinsics[0] === 0 || intrinsics[4] === 0) {
    throw new NumericError('camera/focal', `${where}: the focal length is 0. Pass it in units of the image side.`);
  }
}

/**
 * Reads EG3D's 25 numbers: cam2world, then intrinsics.
 * @throws ShapeError, NumericError as `requireCamera`
 */
export function cameraFromLabel(label: ArrayLike<number>, where = 'camera'): Camera {
  expectGiven(where, 'numbers', label);
  if (label.length !== cameraNumbers) {
    throw new ShapeError(
      'camera/size',
      `${where}: expected 25 numbers (cam2world 4 x 4 row-major, then intrinsics 3 x 3), got ${label.length}.`,
    );
  }
  const values = Array.from(label);
  const camera = { cam2world: values.slice(0, 16), intrinsics: values.slice(16) };
  requireCamera(camera, where);
  return camera;
}

/** EG3D's 25 numbers. */
export function cameraLabel(camera: Camera): Float32Array {
  expectGiven('cameraLabel', 'camera', camera);
  return Float32Array.from([...camera.cam2world, ...camera.intrinsics]);
}
