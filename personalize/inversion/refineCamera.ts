import type { Camera } from '../../runtime/camera/camera.js';
import { cameraBackward } from '../../runtime/render/backward/cameraBackward.js';
import type { Adam } from '../training/adam.js';
import type { HeadGradients } from '../training/differentiableHead.js';
import type { Patch } from '../training/target.js';

/** A small motion: turn about the head's axes x, y, z, radians, then shift along them, world units. */
export type Motion = readonly [number, number, number, number, number, number];

/**
 * Moves a camera around the head's origin: R' = exp(w) R, c' = exp(w) c + t. Intrinsics stay.
 * Source of exp: Rodrigues' formula.
 */
export function moveCamera({ cam2world: m, intrinsics }: Camera, [wx, wy, wz, tx, ty, tz]: Motion): Camera {
  const angle = Math.hypot(wx, wy, wz);
  // sin a / a and (1 - cos a) / a^2, by their series where a is small.
  const s = angle < 1e-4 ? 1 - angle ** 2 / 6 : Math.sin(angle) / angle;
  const c = angle < 1e-4 ? 0.5 - angle ** 2 / 24 : (1 - Math.cos(angle)) / angle ** 2;
  const turn = [
    [1 - c * (wy * wy + wz * wz), c * wx * wy - s * wz, c * wx * wz + s * wy],
    [c * wx * wy + s * wz, 1 - c * (wx * wx + wz * wz), c * wy * wz - s * wx],
    [c * wx * wz - s * wy, c * wy * wz + s * wx, 1 - c * (wx * wx + wy * wy)],
  ];
  const shift = [tx, ty, tz];
  const moved = [0, 1, 2].flatMap((row) =>
    [0, 1, 2, 3].map((column) => {
      const turned = [0, 1, 2].reduce((sum, k) => sum + turn[row]![k]! * m[4 * k + column]!, 0);
      return column === 3 ? turned + shift[row]! : turned;
    }),
  );
  return { cam2world: [...moved, 0, 0, 0, 1], intrinsics };
}

/**
 * From the gradient by cam2world to that by a motion from where the camera is.
 * @param gradient [3, 4], as `cameraBackward` gives it
 */
export function motionGradient({ cam2world: m }: Camera, gradient: Float64Array): Float64Array {
  const by = new Float64Array(6);
  for (let column = 0; column < 4; column++) {
    const [gx, gy, gz] = [0, 1, 2].map((row) => gradient[4 * row + column]!) as [number, number, number];
    const [x, y, z] = [0, 1, 2].map((row) => m[4 * row + column]!) as [number, number, number];
    // d(w x p) / dw . g = p x g
    by[0]! += y * gz - z * gy;
    by[1]! += z * gx - x * gz;
    by[2]! += x * gy - y * gx;
  }
  for (let row = 0; row < 3; row++) by[3 + row] = gradient[4 * row + 3]!;
  return by;
}

/** A head is half a unit tall and a pose is off by a few degrees: shifts move half as far as turns. */
const shiftShare = 0.5;

/** The camera of a photo, which moves with what is learned. */
export class RefinedCamera {
  constructor(public camera: Camera) {}

  /**
   * One step against the gradient of a patch's rays.
   * @param rate longest turn of the step about each axis, radians: together they bound how far the camera gets
   * @throws NumericError where the gradient is not finite
   */
  step(adam: Adam, name: string, rays: HeadGradients['rays'], patch: Patch, rate: number): void {
    const byCamera = cameraBackward(this.camera, patch.resolution, rays.origins, rays.directions, patch.pixels);
    const motion = new Float32Array(6);
    adam.step(name, motion, motionGradient(this.camera, byCamera), rate);
    for (let i = 3; i < 6; i++) motion[i]! *= shiftShare;
    this.camera = moveCamera(this.camera, Array.from(motion) as unknown as Motion);
  }
}
