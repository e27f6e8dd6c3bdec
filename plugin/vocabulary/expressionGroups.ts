import type { ArkitName } from '../arkitNames.js';

/** Several expressions under one everyday name; a head has each as a property of its own. */
export const expressionGroups = {
  smile: ['mouthSmileLeft', 'mouthSmileRight'],
  blink: ['eyeBlinkLeft', 'eyeBlinkRight'],
  frown: ['mouthFrownLeft', 'mouthFrownRight'],
  browUp: ['browInnerUp', 'browOuterUpLeft', 'browOuterUpRight'],
  browDown: ['browDownLeft', 'browDownRight'],
} as const satisfies Record<string, readonly ArkitName[]>;

export type ExpressionGroup = keyof typeof expressionGroups;
