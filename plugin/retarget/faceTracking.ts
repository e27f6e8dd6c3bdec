import type { ArkitAmounts } from '../arkitNames.js';
import { tellOnce } from '../tellOnce.js';
import { poseColumnOf } from '../vocabulary/headAngles.js';
import { faceAmountsOf } from '../vocabulary/faceNames.js';
import { numberOf } from '../../runtime/core/kindOf.js';
import {
  addUp,
  amountEntries,
  isIdleName,
  largestAmount,
  listUnknown,
  type GivenAmounts,
} from '../vocabulary/givenAmounts.js';

/**
 * An expression from the blendshapes of a tracked face, to be set with `head.setExpression` or
 * `Object.assign(head.expression, …)`. Takes MediaPipe's `categories`, or what holds them. Scores are kept within 0..1, and
 * what is no number is 0. Names of no vocabulary (see `faceAmountsOf`), and scores in another unit, are warned of once.
 * @throws ShapeError for what holds no names
 */
export function expressionOfCategories(categories: GivenAmounts): ArkitAmounts {
  return expressionOf('expressionOfCategories', categories);
}

/** The same of an ARKit face anchor's `blendShapes`, or any object or Map with names of a vocabulary. */
export function expressionOfBlendShapes(blendShapes: GivenAmounts): ArkitAmounts {
  return expressionOf('expressionOfBlendShapes', blendShapes);
}

function expressionOf(where: string, given: GivenAmounts): ArkitAmounts {
  const known: [ArkitAmounts, number][] = [];
  const unknown: string[] = [];
  const odd: string[] = [];
  for (const [name, value] of amountEntries(where, given)) {
    const parts = faceAmountsOf(name);
    if (!parts) {
      if (!isIdleName(name) && !poseColumnOf(name)) unknown.push(name);
      continue;
    }
    const score = numberOf(value);
    if (score === undefined || Math.abs(score) > largestAmount) odd.push(name);
    known.push([parts, Math.min(1, Math.max(0, score ?? 0))]);
  }
  if (unknown.length > 0)
    tellOnce(
      null,
      `${where} ${unknown.length} ${unknown.slice(0, 8).join()}`,
      () => `${where}: ${listUnknown(unknown)}: no expression has such a name; passed over.`,
    );
  if (odd.length > 0)
    tellOnce(
      null,
      `${where}: ${odd.slice(0, 8).join(', ')}: expected scores of 0 to 1, got others. Divide percent by 100.`,
    );
  return Object.fromEntries(addUp(known));
}
