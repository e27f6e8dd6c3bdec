import type { ArkitAmounts, ArkitName } from '../arkitNames.js';

/** A weighted sum of expressions, e.g. two emotions by halves. Nothing is cut off at 1. */
export function mixAmounts(parts: Iterable<readonly [ArkitAmounts, number]>): ArkitAmounts {
  const sum: Partial<Record<ArkitName, number>> = {};
  for (const [amounts, weight] of parts) {
    if (weight === 0) continue;
    for (const [name, amount] of Object.entries(amounts) as [ArkitName, number][]) {
      sum[name] = (sum[name] ?? 0) + weight * amount;
    }
  }
  return sum;
}
