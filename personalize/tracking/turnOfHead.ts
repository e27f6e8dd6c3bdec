import { multiply3, transpose3, type Matrix3 } from '../../runtime/core/matrix3.js';
import type { Vector3 } from '../../runtime/core/vector3.js';

/** How a head is turned, radians, as `HeadPose` of the plugin has it: seen from the head itself. */
export interface HeadTurn {
  /** Positive: to its own left. */
  readonly yaw: number;
  /** Positive: up. */
  readonly pitch: number;
  /** Positive: the crown towards its own left shoulder. */
  readonly roll: number;
}

const rowsOf = ([a, b, c, d, e, f, g, h, i]: Matrix3): readonly [Vector3, Vector3, Vector3] => [
  [a, b, c],
  [d, e, f],
  [g, h, i],
];

/**
 * The turn from one view's rotation to another's, both world to camera, before a camera that stays.
 * @param now what is seen
 * @param ahead what is seen of a head that looks straight ahead
 */
export function turnOfHead(now: Matrix3, ahead: Matrix3): HeadTurn {
  // Where the head's own axes, left, up and front, point, seen by a head that looks ahead.
  const [, up, front] = rowsOf(transpose3(multiply3(transpose3(ahead), now)));
  const yaw = Math.atan2(front[0], front[2]);
  const pitch = Math.asin(Math.min(1, Math.max(-1, front[1])));
  // The head's left and crown were it not rolled.
  const [sin, cos] = [Math.sin(yaw), Math.cos(yaw)];
  const across = up[0] * cos - up[2] * sin;
  const along = -up[0] * Math.sin(pitch) * sin + up[1] * Math.cos(pitch) - up[2] * Math.sin(pitch) * cos;
  return { yaw, pitch, roll: Math.atan2(across, along) };
}
