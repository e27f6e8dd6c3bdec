import { ShapeError } from '../../runtime/core/errors.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import type { ArkitAmounts, ArkitName } from '../arkitNames.js';

/**
 * A weighted sum of expressions, e.g. two emotions by halves. Nothing is cut off at 1.
 * @throws ShapeError for what is no list of pairs of amounts and a number
 */
export function mixAmounts(parts: Iterable<readonly [ArkitAmounts, number]>): ArkitAmounts {
  const given: unknown = parts;
  if (
    !Array.isArray(given) &&
    typeof (given as { [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] !== 'function'
  ) {
    throw new ShapeError(
      'expression/amounts',
      `mixAmounts: expected pairs such as [[amounts, 0.5]], got ${kindOf(given)}.`,
    );
  }
  const sum: Partial<Record<ArkitName, number>> = {};
  for (const part of parts) {
    const pair: unknown = part;
    const [amounts, weight] = Array.isArray(pair) ? part : [null, NaN];
    if (typeof amounts !== 'object' || amounts === null || !Number.isFinite(weight)) {
      throw new ShapeError(
        'expression/amounts',
        `mixAmounts: expected pairs such as [amounts, 0.5], got ${kindOf(pair)}.`,
      );
    }
    if (weight === 0) continue;
    for (const [name, amount] of Object.entries(amounts) as [ArkitName, number][]) {
      sum[name] = (sum[name] ?? 0) + weight * amount;
    }
  }
  return sum;
}
