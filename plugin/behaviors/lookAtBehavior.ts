import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Nullable } from '@babylonjs/core/types.js';
import type { FaceContribution } from './contribution.js';
import type { HeadPose } from './expressive.js';
import { FaceBehavior } from './faceBehavior.js';
import { fullEyePitch, fullEyeYaw, straightAhead, type EyeTurn, type Gaze } from './gaze.js';
import { targetInHead, turnTowards, type LookAtTarget } from './lookAtTarget.js';

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

const within = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value));
/** Share of the way that is gone after a time; exact for any frame rate. */
const approach = (seconds: number, time: number): number => (time > 0 ? 1 - Math.exp(-seconds / time) : 1);
const between = (from: EyeTurn, to: EyeTurn, share: number): EyeTurn => ({
  yaw: from.yaw + (to.yaw - from.yaw) * share,
  pitch: from.pitch + (to.pitch - from.pitch) * share,
});

/**
 * Looks at something with head and eyes. The head turns slowly and part of the way, the eyes quickly and for the rest:
 * they stay on the target while the head, whoever moves it, turns.
 */
export class LookAtBehavior extends FaceBehavior {
  readonly name = 'LookAt';
  /** What it looks at; null: straight ahead. Set at any time. */
  target: Nullable<LookAtTarget>;
  private readonly _options: Required<Omit<LookAtOptions, 'target'>>;
  private _head: EyeTurn = straightAhead.left;
  private _gaze: Gaze = straightAhead;

  constructor(options: LookAtOptions = {}) {
    super();
    this.target = options.target ?? null;
    this._options = {
      headShare: 0.6,
      maxHeadYaw: 0.7,
      maxHeadPitch: 0.35,
      maxAngle: 1.75,
      headTime: 0.25,
      eyeTime: 0.05,
      eyes: eyesOfBase,
      halfEyeDistance: halfEyeDistanceOfBase,
      ...options,
    };
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
    this._head = between(this._head, wanted, approach(seconds, headTime));
    const yaw = others.yaw + this._head.yaw;
    const pitch = others.pitch + this._head.pitch;
    const rest = (turn: EyeTurn): EyeTurn => ({
      yaw: within(turn.yaw - yaw, fullEyeYaw),
      pitch: within(turn.pitch - pitch, fullEyePitch),
    });
    const share = approach(seconds, eyeTime);
    this._gaze = {
      left: between(this._gaze.left, aim ? rest(aim.left) : straightAhead.left, share),
      right: between(this._gaze.right, aim ? rest(aim.right) : straightAhead.right, share),
    };
    return { pose: this._head, gaze: this._gaze };
  }

  /** How each eye of an unturned head must turn; null where there is nothing to look at. */
  private _aim(): Gaze | null {
    const { eyes, halfEyeDistance, maxAngle } = this._options;
    const point = this.target && this.attachedNode && targetInHead(this.target, this.attachedNode);
    if (!point || !(Math.abs(turnTowards(point, eyes).yaw) <= maxAngle)) return null;
    const side = new Vector3(halfEyeDistance, 0, 0);
    return { left: turnTowards(point, eyes.add(side)), right: turnTowards(point, eyes.subtract(side)) };
  }
}

const turnTowardsBoth = ({ left, right }: Gaze): EyeTurn => between(left, right, 0.5);
