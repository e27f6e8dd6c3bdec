import { NumericError } from '../../../runtime/core/errors.js';
import type { Matrix3 } from '../../../runtime/core/matrix3.js';

/** Degrees, EG3D's sense; `roll` is how far the picture's head is turned clockwise from upright. */
export interface ViewAngles {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

const degree = Math.PI / 180;

/** World to camera of a camera that looks at the origin from `yaw` and `pitch`, turned by `roll`. */
export function rotationFromAngles(yaw: number, pitch: number, roll: number): Matrix3 {
  const [sy, cy] = [Math.sin(yaw * degree), Math.cos(yaw * degree)];
  const [sp, cp] = [Math.sin(pitch * degree), Math.cos(pitch * degree)];
  const [sr, cr] = [Math.sin(roll * degree), Math.cos(roll * degree)];
  // Rows of the upright camera: right, down, forward.
  const [rx, rz] = [cy, -sy];
  const [dx, dy, dz] = [sp * sy, -cp, sp * cy];
  return [
    cr * rx - sr * dx,
    -sr * dy,
    cr * rz - sr * dz,
    sr * rx + cr * dx,
    cr * dy,
    sr * rz + cr * dz,
    -cp * sy,
    -sp,
    -cp * cy,
  ];
}

/**
 * Where a camera that looks at the origin stands.
 * @throws NumericError straight above or below, where yaw and roll are one
 */
export function anglesOfRotation(rotation: Matrix3): ViewAngles {
  const [x, y, z] = [-rotation[6], -rotation[7], -rotation[8]];
  const level = Math.hypot(x, z);
  if (!(level > 1e-4)) {
    throw new NumericError('cameras/zenith', 'camera: it looks straight up or down at the head. Leave the photo out.');
  }
  // The level "right" of the upright camera: forward x up.
  const [rx, rz] = [z / level, -x / level];
  const roll = Math.atan2(rotation[3] * rx + rotation[5] * rz, rotation[0] * rx + rotation[2] * rz);
  return {
    yaw: Math.atan2(x, z) / degree,
    pitch: Math.atan2(y, level) / degree,
    roll: roll / degree,
  };
}
