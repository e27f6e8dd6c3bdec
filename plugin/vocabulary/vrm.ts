import type { ArkitAmounts } from '../arkitNames.js';
import { emotionAmounts } from './emotions.js';
import { visemeAmounts } from './visemes.js';

/** VRM's expression presets in ARKit's names, for what was written for VRM avatars. */
export const vrmAmounts = {
  ...emotionAmounts,
  neutral: {},
  aa: visemeAmounts.aa,
  ih: visemeAmounts.I,
  ou: visemeAmounts.U,
  ee: visemeAmounts.E,
  oh: visemeAmounts.O,
  blink: { eyeBlinkLeft: 1, eyeBlinkRight: 1 },
  blinkLeft: { eyeBlinkLeft: 1 },
  blinkRight: { eyeBlinkRight: 1 },
  lookUp: { eyeLookUpLeft: 1, eyeLookUpRight: 1 },
  lookDown: { eyeLookDownLeft: 1, eyeLookDownRight: 1 },
  lookLeft: { eyeLookOutLeft: 1, eyeLookInRight: 1 },
  lookRight: { eyeLookInLeft: 1, eyeLookOutRight: 1 },
} as const satisfies Readonly<Record<string, ArkitAmounts>>;

export type VrmPreset = keyof typeof vrmAmounts;
