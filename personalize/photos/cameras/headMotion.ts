import type { Camera } from '../../../runtime/camera/camera.js';
import type { Vector3 } from '../../../runtime/core/vector3.js';
import { focalPerDistance } from './convention.js';
import { apply3, multiply3, rotationAbout, transpose3 } from '../../../runtime/core/matrix3.js';
import type { FittedView } from './view.js';

/**
 * How the head's frame of a person lies in the base's, which landmarks cannot see: a turn about the axes x, y, z
 * (radians), a shift along them (world units), and the logarithm of a scale about the origin. A point x of the frame
 * moves to e^s exp(w) x + t. One for all photos of a person.
 */
export type HeadMotion = readonly [
  wx: number,
  wy: number,
  wz: number,
  tx: number,
  ty: number,
  tz: number,
  logScale: number,
];

export const noHeadMotion: HeadMotion = [0, 0, 0, 0, 0, 0, 0];

/**
 * The camera of the same picture after its head's frame moved: R' = exp(w) R, c' = e^s exp(w) c + t.
 * Intrinsics stay, so the crop stays; only its distance rule (focal = 4.2647 d / 2.7) is off by the scale.
 */
export function applyHeadMotion({ cam2world: m, intrinsics }: Camera, motion: HeadMotion): Camera {
  const turn = rotationAbout([motion[0], motion[1], motion[2]]);
  const scale = Math.exp(motion[6]);
  const columns = [0, 1, 2, 3].map((column) => apply3(turn, [m[column]!, m[4 + column]!, m[8 + column]!]));
  const row = (i: 0 | 1 | 2): number[] => [
    columns[0]![i],
    columns[1]![i],
    columns[2]![i],
    scale * columns[3]![i] + motion[3 + i]!,
  ];
  return { cam2world: [...row(0), ...row(1), ...row(2), 0, 0, 0, 1], intrinsics };
}

/**
 * From the gradient by a camera's cam2world to that by a head motion from where the camera is. The gradients of all photos
 * add up.
 * @param gradient [3, 4], as `cameraBackward` gives it
 * @returns [7], in the order of `HeadMotion`
 */
export function headMotionGradient({ cam2world: m }: Camera, gradient: ArrayLike<number>): Float64Array {
  const by = new Float64Array(7);
  for (let column = 0; column < 4; column++) {
    const [x, y, z] = [m[column]!, m[4 + column]!, m[8 + column]!];
    const [gx, gy, gz] = [gradient[column]!, gradient[4 + column]!, gradient[8 + column]!];
    // d (w x p) / dw . g = p x g
    by[0]! += y * gz - z * gy;
    by[1]! += z * gx - x * gz;
    by[2]! += x * gy - y * gx;
  }
  for (let row = 0; row < 3; row++) {
    by[3 + row] = gradient[4 * row + 3]!;
    by[6]! += gradient[4 * row + 3]! * m[4 * row + 3]!;
  }
  return by;
}

/**
 * The view of the same photo after its head's frame moved, cropped anew about the frame's new origin and by the rule of
 * `FittedView`. Exact in turn and scale; a shift across the view moves the crop's middle, which leaves a
 * second-order error (at most .003 of the crop for a shift of .01 at a distance of 1.4).
 */
export function applyHeadMotionToView(view: FittedView, motion: HeadMotion): FittedView {
  const turn = rotationAbout([motion[0], motion[1], motion[2]]);
  const scale = Math.exp(motion[6]);
  const back = apply3(transpose3(turn), [motion[3], motion[4], motion[5]]);
  // The new origin lies where x has e^s exp(w) x + t = 0.
  const origin: Vector3 = [-back[0] / scale, -back[1] / scale, -back[2] / scale];
  const [x, y, z] = apply3(view.rotation, origin);
  const depth = z + view.distance;
  const distance = scale * depth;
  const zoom = (view.side * focalPerDistance * view.distance) / depth;
  return {
    rotation: multiply3(view.rotation, transpose3(turn)),
    distance,
    side: (view.side * view.distance) / distance,
    center: [view.center[0] + zoom * x, view.center[1] + zoom * y],
    error: view.error,
  };
}
