import type { ArkitAmounts } from '../arkitNames.js';
import { emotionAmounts, type Emotion } from './emotions.js';
import { visemeAmounts } from './visemes.js';

export type VrmPreset =
  | Emotion
  | 'neutral'
  | 'aa'
  | 'ih'
  | 'ou'
  | 'ee'
  | 'oh'
  | 'blink'
  | 'blinkLeft'
  | 'blinkRight'
  | 'lookUp'
  | 'lookDown'
  | 'lookLeft'
  | 'lookRight';

/** VRM's expression presets in ARKit's names, for what was written for VRM avatars. */
export const vrmAmounts: Readonly<Record<VrmPreset, ArkitAmounts>> = {
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
};
