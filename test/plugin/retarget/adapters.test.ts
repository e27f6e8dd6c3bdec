import { expect, test } from '@jest/globals';
import { ARKIT_NAMES } from '../../../plugin/arkitNames.js';
import { visemeAmounts } from '../../../plugin/vocabulary/visemes.js';
import { expressionOfBlendShapes, expressionOfCategories } from '../../../plugin/retarget/faceTracking.js';
import { vrmAmounts } from '../../../plugin/vocabulary/vrm.js';

test('MediaPipe’s categories become an expression', () => {
  const categories = [
    { categoryName: '_neutral', score: 0.9 },
    { categoryName: 'jawOpen', score: 0.4 },
    { categoryName: 'eyeBlinkLeft', score: 1.2 },
    { categoryName: 'tongueOut', score: NaN },
  ];
  expect(expressionOfCategories(categories)).toEqual({ jawOpen: 0.4, eyeBlinkLeft: 1, tongueOut: 0 });
});

test('so do ARKit’s blend shapes, in the spelling of any program', () => {
  const amounts = expressionOfBlendShapes({ EyeBlinkLeft: 0.5, mouthSmile_R: 0.25, HeadYaw: 0.1, jawLeft: -1 });
  // As `setExpression` takes them.
  const taken: Readonly<Record<string, number>> = amounts;
  expect(taken).toEqual({ eyeBlinkLeft: 0.5, mouthSmileRight: 0.25, jawLeft: 0 });
});

test('VRM’s 18 presets are made of ARKit’s names', () => {
  expect(Object.keys(vrmAmounts)).toHaveLength(18);
  const known = new Set<string>(ARKIT_NAMES);
  expect(
    Object.values(vrmAmounts)
      .flatMap((amounts) => Object.keys(amounts))
      .filter((name) => !known.has(name)),
  ).toEqual([]);
  expect(vrmAmounts.aa).toBe(visemeAmounts.aa);
  expect(vrmAmounts.neutral).toEqual({});
});
