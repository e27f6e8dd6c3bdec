import { approach, within } from './easing.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Nullable } from '@babylonjs/core/types.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { numbersOf, optionsOf } from '../options.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import type { FaceContribution } from './contribution.js';
import type { HeadPose } from './expressive.js';
import { FaceBehavior } from './faceBehavior.js';
import { fullEyePitch, fullEyeYaw, straightAhead, turnBetween, type EyeTurn, type Gaze } from './gaze.js';
import { placeProblem, targetInHead, turnTowards, type LookAtTarget } from './lookAtTarget.js';

export interface LookAtOptions {
  readonly target?: Nullable<LookAtTarget>;
  /** Share of a turn that the head takes; the eyes do the rest. 0: eyes alone. Default 0.6. */
  readonly headShare?: number;
  /** How far the head turns and nods for it at most, radians. Defaults 0.7 and 0.35. */
  readonly maxHeadYaw?: number;
  readonly maxHeadPitch?: number;
  /** Beyond this angle from straight ahead, radians, it does not look: what is behind it, it cannot see. Default 1.75. */
  readonly maxAngle?: number;
  /** Seconds in which head and eyes go about two thirds of their way. Defaults 0.25 and 0.05. */
  readonly headTime?: number;
  readonly eyeTime?: number;
  /**
   * Middle of the eyes, and half their distance, in the mesh's own units: x to its own left, y up, z ahead. Default:
   * where EG3D's bases have them.
   */
  readonly eyes?: Vector3;
  readonly halfEyeDistance?: number;
}

const eyesOfBase = new Vector3(0, 0.005, 0.0875);
const halfEyeDistanceOfBase = 0.066;

const usual = {
  headShare: 0.6,
  maxHeadYaw: 0.7,
  maxHeadPitch: 0.35,
  maxAngle: 1.75,
  headTime: 0.25,
  eyeTime: 0.05,
  halfEyeDistance: halfEyeDistanceOfBase,
};
const optionNames = ['target', 'eyes', ...(Object.keys(usual) as (keyof typeof usual)[])] as const;

/**
 * Looks at something with head and eyes. The head turns slowly and part of the way, the eyes quickly and for the rest:
 * they stay on the target while the head, whoever moves it, turns.
 */
export class LookAtBehavior extends FaceBehavior {
  readonly name = 'LookAt';
  private _target: Nullable<LookAtTarget> = null;
  private readonly _options: Required<Omit<LookAtOptions, 'target'>>;
  private _head: EyeTurn = straightAhead.left;
  private _gaze: Gaze = straightAhead;

  /** @throws NumericError for what is no number, AssetError for an option that there is not, ShapeError for no target */
  constructor(options: LookAtOptions = {}) {
    super();
    const { target, eyes = eyesOfBase, ...numbers } = optionsOf('LookAtBehavior', options, optionNames);
    this.target = target ?? null;
    if (placeProblem(eyes) !== null || !('x' in eyes)) {
      throw new ShapeError('lookAt/eyes', `LookAtBehavior: expected eyes as a Vector3, got ${kindOf(eyes)}.`);
    }
    this._options = { ...numbersOf('LookAtBehavior', usual, numbers), eyes };
  }

  /** What it looks at; null: straight ahead. Set at any time. @throws ShapeError, when set, for what has no place */
  get target(): Nullable<LookAtTarget> {
    return this._target;
  }
  set target(target: Nullable<LookAtTarget>) {
    const problem = target && placeProblem(target);
    if (problem) throw new ShapeError('lookAt/target', `LookAtBehavior: ${problem}`);
    this._target = target ?? null;
  }

  restart(): void {
    this._head = straightAhead.left;
    this._gaze = straightAhead;
  }

  advance(seconds: number, pose: Readonly<HeadPose>): FaceContribution {
    const { headShare, maxHeadYaw, maxHeadPitch, headTime, eyeTime } = this._options;
    const aim = this._aim();
    // What others turn the head by: its owner, an idle motion.
    const others: EyeTurn = { yaw: pose.yaw - this._head.yaw, pitch: pose.pitch - this._head.pitch };
    const middle = aim && turnTowardsBoth(aim);
    const wanted: EyeTurn = middle
      ? {
          yaw: within(headShare * (middle.yaw - others.yaw), maxHeadYaw),
          pitch: within(headShare * (middle.pitch - others.pitch), maxHeadPitch),
        }
      : straightAhead.left;
    this._head = turnBetween(this._head, wanted, approach(seconds, headTime));
    const yaw = others.yaw + this._head.yaw;
    const pitch = others.pitch + this._head.pitch;
    const rest = (turn: EyeTurn): EyeTurn => ({
      yaw: within(turn.yaw - yaw, fullEyeYaw),
      pitch: within(turn.pitch - pitch, fullEyePitch),
    });
    const share = approach(seconds, eyeTime);
    this._gaze = {
      left: turnBetween(this._gaze.left, aim ? rest(aim.left) : straightAhead.left, share),
      right: turnBetween(this._gaze.right, aim ? rest(aim.right) : straightAhead.right, share),
    };
    return { pose: this._head, gaze: this._gaze };
  }

  /** How each eye of an unturned head must turn; null where there is nothing to look at. */
  private _aim(): Gaze | null {
    const { eyes, halfEyeDistance, maxAngle } = this._options;
    const point = this._target && this.attachedNode && targetInHead(this._target, this.attachedNode);
    if (!point || !(Math.abs(turnTowards(point, eyes).yaw) <= maxAngle)) return null;
    const side = new Vector3(halfEyeDistance, 0, 0);
    return { left: turnTowards(point, eyes.add(side)), right: turnTowards(point, eyes.subtract(side)) };
  }
}

const turnTowardsBoth = ({ left, right }: Gaze): EyeTurn => turnBetween(left, right, 0.5);
