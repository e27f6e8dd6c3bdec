import type { ArkitAmounts } from '../arkitNames.js';
import type { HeadPose } from '../behaviors/expressive.js';
import type { EyeTurn } from '../behaviors/gaze.js';

/** A driven face at one moment: what is added to a head. */
export interface FaceState {
  /** 0..1 by ARKit name; an absent one is 0. */
  readonly expression: ArkitAmounts;
  /** Radians. */
  readonly pose: Readonly<HeadPose>;
  /** Both eyes, radians from straight ahead; added to what `expression` says of them. */
  readonly gaze: EyeTurn;
}

export const neutralFace: FaceState = {
  expression: {},
  pose: { yaw: 0, pitch: 0, roll: 0 },
  gaze: { yaw: 0, pitch: 0 },
};
