import { AssetError } from '../../runtime/core/errors.js';
import { kindOf } from '../../runtime/core/kindOf.js';
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

/** @throws AssetError `expression/group` for what is no group */
export function namesOfGroup(where: string, group: ExpressionGroup): readonly ArkitName[] {
  if (Object.hasOwn(expressionGroups, group)) return expressionGroups[group];
  const known = Object.keys(expressionGroups).join(', ');
  throw new AssetError('expression/group', `${where}: expected one of the groups ${known}, got ${kindOf(group)}.`);
}
