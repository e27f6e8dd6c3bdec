/**
 * The 52 face expressions of Apple's ARKit (ARFaceAnchor.BlendShapeLocation), in Apple's order; each 0..1.
 * "Left" and "Right" are the person's own.
 */
export const ARKIT_NAMES = [
  'eyeBlinkLeft',
  'eyeLookDownLeft',
  'eyeLookInLeft',
  'eyeLookOutLeft',
  'eyeLookUpLeft',
  'eyeSquintLeft',
  'eyeWideLeft',
  'eyeBlinkRight',
  'eyeLookDownRight',
  'eyeLookInRight',
  'eyeLookOutRight',
  'eyeLookUpRight',
  'eyeSquintRight',
  'eyeWideRight',
  'jawForward',
  'jawLeft',
  'jawRight',
  'jawOpen',
  'mouthClose',
  'mouthFunnel',
  'mouthPucker',
  'mouthLeft',
  'mouthRight',
  'mouthSmileLeft',
  'mouthSmileRight',
  'mouthFrownLeft',
  'mouthFrownRight',
  'mouthDimpleLeft',
  'mouthDimpleRight',
  'mouthStretchLeft',
  'mouthStretchRight',
  'mouthRollLower',
  'mouthRollUpper',
  'mouthShrugLower',
  'mouthShrugUpper',
  'mouthPressLeft',
  'mouthPressRight',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
  'browDownLeft',
  'browDownRight',
  'browInnerUp',
  'browOuterUpLeft',
  'browOuterUpRight',
  'cheekPuff',
  'cheekSquintLeft',
  'cheekSquintRight',
  'noseSneerLeft',
  'noseSneerRight',
  'tongueOut',
] as const;

export type ArkitName = (typeof ARKIT_NAMES)[number];

/** Amounts by ARKit name, 0..1; an absent one is 0. */
export type ArkitAmounts = Readonly<Partial<Record<ArkitName, number>>>;

const byLowerCase: ReadonlyMap<string, ArkitName> = new Map(ARKIT_NAMES.map((name) => [name.toLowerCase(), name]));
const sides: Readonly<Record<string, string>> = { l: 'left', r: 'right' };

/**
 * The ARKit name that a morph target's name means: itself, in another case (`EyeBlinkLeft` of VRM and Unity), with its
 * side cut short (`eyeBlink_L`), in parts (`eye_blink_left`), or behind a mesh's name (`Head_jawOpen`,
 * `blendShape1.jawOpen`).
 * @returns undefined for any other name
 */
export function arkitNameOf(name: string): ArkitName | undefined {
  if (typeof name !== 'string') return undefined;
  const whole = byLowerCase.get(name.toLowerCase());
  if (whole) return whole;
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  const last = parts.pop() ?? '';
  parts.push(sides[last] ?? last);
  // From the whole name to its last part: what belongs to the expression is never taken for a mesh's name.
  for (let first = 0; first < parts.length; first++) {
    const found = byLowerCase.get(parts.slice(first).join(''));
    if (found) return found;
  }
  return undefined;
}
