import type { Matrix3 } from '../../runtime/core/matrix3.js';

/** How a head is turned, radians, as `HeadPose` of the plugin has it: seen from the head itself. */
export interface HeadTurn {
  /** Positive: to its own left. */
  readonly yaw: number;
  /** Positive: up. */
  readonly pitch: number;
  /** Positive: the crown towards its own left shoulder. */
  readonly roll: number;
}

/**
 * The turn from one view's rotation to another's, both world to camera, before a camera that stays.
 * @param now what is seen
 * @param ahead what is seen of a head that looks straight ahead
 */
export function turnOfHead(now: Matrix3, ahead: Matrix3): HeadTurn {
  // Columns of ahead' now: where the head's own axes point, seen by a head that looks ahead.
  const column = (k: 0 | 1 | 2): readonly [number, number, number] => {
    const at = (row: 0 | 1 | 2): number =>
      ahead[row] * now[k] + ahead[3 + row]! * now[3 + k]! + ahead[6 + row]! * now[6 + k]!;
    return [at(0), at(1), at(2)];
  };
  const [up, front] = [column(1), column(2)];
  const yaw = Math.atan2(front[0], front[2]);
  const pitch = Math.asin(Math.min(1, Math.max(-1, front[1])));
  // The head's left and crown were it not rolled.
  const [sin, cos] = [Math.sin(yaw), Math.cos(yaw)];
  const across = up[0] * cos - up[2] * sin;
  const along = -up[0] * Math.sin(pitch) * sin + up[1] * Math.cos(pitch) - up[2] * Math.sin(pitch) * cos;
  return { yaw, pitch, roll: Math.atan2(across, along) };
}
