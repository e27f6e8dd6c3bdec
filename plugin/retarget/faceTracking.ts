import { arkitNameOf, type ArkitAmounts, type ArkitName } from '../arkitNames.js';

/** MediaPipe's FaceLandmarker: `result.faceBlendshapes[0].categories`. */
export interface BlendshapeCategory {
  readonly categoryName: string;
  readonly score: number;
}

/**
 * An expression from the blendshapes of a tracked face, to be set with `head.setExpression` or
 * `Object.assign(head.expression, …)`. Names that are none of ARKit's (`_neutral`) are passed over, scores kept within
 * 0..1, and what is no number is 0.
 */
export function expressionOfCategories(categories: Iterable<BlendshapeCategory>): ArkitAmounts {
  return expressionOfEntries(Array.from(categories, ({ categoryName, score }) => [categoryName, score] as const));
}

/** The same of an ARKit face anchor's `blendShapes`, or any object with names in one of their spellings. */
export function expressionOfBlendShapes(blendShapes: Readonly<Record<string, number>>): ArkitAmounts {
  return expressionOfEntries(Object.entries(blendShapes));
}

function expressionOfEntries(entries: readonly (readonly [string, number])[]): ArkitAmounts {
  const amounts: Partial<Record<ArkitName, number>> = {};
  for (const [spelling, score] of entries) {
    const name = arkitNameOf(spelling);
    if (name) amounts[name] = Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0;
  }
  return amounts;
}
