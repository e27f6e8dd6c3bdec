import type { Camera } from '../../runtime/camera/camera.js';
import { cameraBackward } from '../../runtime/render/backward/cameraBackward.js';
import { applyHeadMotion, headMotionGradient, noHeadMotion, type HeadMotion } from '../photos/cameras/headMotion.js';
import type { Adam } from '../training/adam.js';
import type { HeadGradients } from '../training/differentiableHead.js';
import type { Patch } from '../training/target.js';

const degree = Math.PI / 180;
/**
 * How far the frame that landmarks give a head lies from the base's, as one standard deviation of people: pitch, yaw and roll,
 * shift along x, y, z, logarithm of the scale. Measured on heads of the base: docs/decisions/0055-real-people.md.
 */
const spread: HeadMotion = [3 * degree, degree, 0.5 * degree, 0.01, 0.01, 0.01, 0.03];
/** Weight of half the squared length in those units. */
const prior = 2e-4;

/**
 * How the head's frame of a person lies in the base's: one motion and scale for all photos. Landmarks cannot see it: a flat
 * profile looks like a tilted head. It is learned with the person's latent, in units of `spread`.
 */
export class SharedMotion {
  /** [7], in units of `spread`. */
  readonly values: Float32Array;

  /** @param values of an earlier run, [7] */
  constructor(values?: Float32Array) {
    this.values = values ? values.slice() : new Float32Array(noHeadMotion.length);
  }

  get motion(): HeadMotion {
    return Array.from(this.values, (value, k) => value * spread[k]!) as unknown as HeadMotion;
  }

  /** Where a photo was taken from, in the base's frame. @param camera in the head's */
  of(camera: Camera): Camera {
    return this.values.every((value) => value === 0) ? camera : applyHeadMotion(camera, this.motion);
  }

  /**
   * One step against the gradient of a patch's rays.
   * @param camera of the photo, in the head's frame
   * @param rate longest step of each number, in units of its spread
   * @throws NumericError where the gradient is not finite
   */
  step(adam: Adam, camera: Camera, rays: HeadGradients['rays'], patch: Patch, rate: number): void {
    const moved = this.of(camera);
    const byCamera = cameraBackward(moved, patch.resolution, rays.origins, rays.directions, patch.pixels);
    const gradient = headMotionGradient(moved, byCamera).map((by, k) => by * spread[k]! + prior * this.values[k]!);
    adam.step('motion', this.values, gradient, rate);
  }
}
