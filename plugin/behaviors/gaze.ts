import type { ArkitAmounts } from '../arkitNames.js';

/** Where an eye turns, radians from straight ahead: yaw to the head's own left, pitch up. */
export interface EyeTurn {
  readonly yaw: number;
  readonly pitch: number;
}

export interface Gaze {
  readonly left: EyeTurn;
  readonly right: EyeTurn;
}

export const straightAhead: Gaze = { left: { yaw: 0, pitch: 0 }, right: { yaw: 0, pitch: 0 } };

/** Turns of an eye at amount 1, radians; the embedded base was made with these. */
export const fullEyeYaw = 0.5;
export const fullEyePitch = 0.38;

/** @param share of the way, 0..1 */
export const turnBetween = (from: EyeTurn, to: EyeTurn, share: number): EyeTurn => ({
  yaw: from.yaw + (to.yaw - from.yaw) * share,
  pitch: from.pitch + (to.pitch - from.pitch) * share,
});

export function addGaze(a: Gaze, b: Gaze): Gaze {
  const add = (one: EyeTurn, other: EyeTurn): EyeTurn => ({
    yaw: one.yaw + other.yaw,
    pitch: one.pitch + other.pitch,
  });
  return { left: add(a.left, b.left), right: add(a.right, b.right) };
}

const share = (angle: number, full: number): number => Math.min(1, Math.max(0, angle / full));

/** A gaze as ARKit's eight amounts, of which at most four are not 0. An eye turns no further than amount 1. */
export function gazeAmounts({ left, right }: Gaze): ArkitAmounts {
  return {
    eyeLookOutLeft: share(left.yaw, fullEyeYaw),
    eyeLookInLeft: share(-left.yaw, fullEyeYaw),
    eyeLookUpLeft: share(left.pitch, fullEyePitch),
    eyeLookDownLeft: share(-left.pitch, fullEyePitch),
    eyeLookInRight: share(right.yaw, fullEyeYaw),
    eyeLookOutRight: share(-right.yaw, fullEyeYaw),
    eyeLookUpRight: share(right.pitch, fullEyePitch),
    eyeLookDownRight: share(-right.pitch, fullEyePitch),
  };
}
