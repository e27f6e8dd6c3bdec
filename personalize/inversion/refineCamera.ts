import type { Camera } from '../../runtime/camera/camera.js';
import { cameraBackward } from '../../runtime/render/backward/cameraBackward.js';
import { applyHeadMotion, headMotionGradient } from '../photos/cameras/headMotion.js';
import type { Adam } from '../training/adam.js';
import type { HeadGradients } from '../training/differentiableHead.js';
import type { Patch } from '../training/target.js';

/** A small motion: turn about the head's axes x, y, z, radians, then shift along them, world units. */
export type Motion = readonly [number, number, number, number, number, number];

/** Moves a camera around the head's origin, as `applyHeadMotion` without a scale. */
export const moveCamera = (camera: Camera, motion: Motion): Camera => applyHeadMotion(camera, [...motion, 0]);

/**
 * From the gradient by cam2world to that by a motion from where the camera is.
 * @param gradient [3, 4], as `cameraBackward` gives it
 */
export const motionGradient = (camera: Camera, gradient: Float64Array): Float64Array =>
  headMotionGradient(camera, gradient).subarray(0, 6);

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
