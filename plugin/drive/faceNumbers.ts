import { ARKIT_NAMES, type ArkitName } from '../arkitNames.js';
import type { FaceState } from './faceState.js';

/** A face as numbers: the 52 amounts in ARKit's order, yaw, pitch and roll, the eyes' yaw and pitch. */
export type FaceNumbers = Float64Array;
export const faceNumbers = ARKIT_NAMES.length + 5;

const number = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? value : 0);

/** What is no number is 0. */
export function numbersOf({ expression, pose, gaze }: FaceState): FaceNumbers {
  const amounts = ARKIT_NAMES.map((name) => number(expression[name]));
  return Float64Array.of(...amounts, ...[pose.yaw, pose.pitch, pose.roll, gaze.yaw, gaze.pitch].map(number));
}

export function faceOf(numbers: FaceNumbers): FaceState {
  const expression: Partial<Record<ArkitName, number>> = {};
  ARKIT_NAMES.forEach((name, i) => {
    if (numbers[i] !== 0) expression[name] = numbers[i]!;
  });
  const [yaw, pitch, roll, eyeYaw, eyePitch] = numbers.subarray(ARKIT_NAMES.length) as unknown as number[];
  return {
    expression,
    pose: { yaw: yaw!, pitch: pitch!, roll: roll! },
    gaze: { yaw: eyeYaw!, pitch: eyePitch! },
  };
}

/** from + share (to - from), number by number. */
export const mixNumbers = (from: FaceNumbers, to: FaceNumbers, share: number): FaceNumbers =>
  from.map((value, i) => value + share * (to[i]! - value));
