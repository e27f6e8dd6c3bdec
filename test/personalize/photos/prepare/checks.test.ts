import { expect, test } from '@jest/globals';
import { checkCovered, checkSunglasses } from '../../../../personalize/photos/prepare/checks/coverChecks.js';
import {
  checkCut,
  checkMatte,
  checkRival,
  checkSecondFace,
} from '../../../../personalize/photos/prepare/checks/cropChecks.js';
import {
  checkAsymmetry,
  checkFit,
  checkPerson,
  checkPose,
  checkSharpness,
  checkSize,
} from '../../../../personalize/photos/prepare/checks/faceChecks.js';
import { checkBright, checkDark, checkGrey } from '../../../../personalize/photos/prepare/checks/lightChecks.js';
import { checkSet } from '../../../../personalize/photos/prepare/checks/setChecks.js';
import type { Reason } from '../../../../personalize/photos/prepare/report.js';

/** `code` where it refuses, `code?` where it warns, null where all is well. */
const said = (reason: Reason | null): string | null =>
  reason && (reason.severity === 'warn' ? `${reason.code}?` : reason.code);

test.each([
  ['a small face', [109, 111, 199, 201].map((side) => said(checkSize(side))), ['small', 'small?', 'small?', null]],
  ['blur', [14, 16, 41].map((value) => said(checkSharpness(value))), ['blurred', 'blurred?', null]],
  ['the fit', [0.021, 0.011, 0.009].map((value) => said(checkFit(value))), ['fit', 'fit?', null]],
  [
    'the mirrored photo',
    [0.021, 0.013, 0.011].map((value) => said(checkAsymmetry(value))),
    ['asymmetric', 'asymmetric?', null],
  ],
  [
    'a turned head',
    [
      [66, 0],
      [-66, 0],
      [51, 0],
      [0, 41],
      [0, -41],
      [49, 39],
    ].map(([yaw, pitch]) => said(checkPose(yaw!, pitch!))),
    ['turned', 'turned', 'turned?', 'turned', 'turned', null],
  ],
  [
    'another person',
    [0.56, 0.51, 0.49].map((value) => said(checkPerson(value))),
    ['other-person', 'other-person?', null],
  ],
  [
    'an edge',
    [
      [0.16, 0],
      [0.14, 0],
      [0.01, 0.1],
    ].map(([outside, oval]) => said(checkCut(outside!, oval!))),
    ['cut-off', null, 'cut-off'],
  ],
  ['the matte', [0.64, 0.66, 0.81].map((value) => said(checkMatte(value))), ['matte', 'matte?', null]],
  ['a rival', [[100, 61], [100, 59], [100]].map((sides) => said(checkRival(sides))), ['second-face', null, null]],
  [
    'dark glasses',
    [
      { over: 0.2, under: 0.2, tint: 0 },
      { over: 0.2, under: 0.4, tint: 0 },
      // Deep-set eyes: dark above, skin below.
      { over: 0.1, under: 0.6, tint: 0.1 },
      // Blue mirrors, and copper ones.
      { over: 0.9, under: 0.8, tint: 0.51 },
      { over: 0.9, under: 0.8, tint: 0.41 },
      // Silver mirrors show the sky above the ground.
      { over: 1.13, under: 0.8, tint: 0.1 },
      // Light from below, and from the side.
      { over: 1.2, under: 1.1, tint: 0.1 },
      { over: 0.9, under: 0.6, tint: 0.1 },
      null,
    ].map((shade) => said(checkSunglasses(shade))),
    ['sunglasses', 'sunglasses?', null, 'sunglasses', 'sunglasses?', 'sunglasses', null, null, null],
  ],
  [
    'a hand',
    [0.7, 0.55, 0.4, null].map((share) => said(checkCovered(share, 'face'))),
    ['covered', 'covered?', null, null],
  ],
])('%s', (_, found, expected) => {
  expect(found).toEqual(expected);
});

test('light', () => {
  const good = { mean: 120, dark: 0.01, bright: 0.01, saturation: 0.3 };
  expect([checkDark(good), checkBright(good), checkGrey(good)]).toEqual([null, null, null]);
  expect(said(checkDark({ ...good, mean: 39 }))).toBe('dark?');
  expect(said(checkDark({ ...good, dark: 0.11 }))).toBe('dark?');
  expect(said(checkBright({ ...good, bright: 0.11 }))).toBe('bright?');
  expect(said(checkBright({ ...good, bright: 0.61 }))).toBe('bright');
  expect(said(checkGrey({ ...good, saturation: 0.02 }))).toBe('grey?');
});

test('a second face matters where it is near and large', () => {
  const square = (cx: number, side: number) => ({ cx, cy: 0, side, angle: 0 });
  const crop = square(0, 100);
  expect(said(checkSecondFace(crop, square(0, 60), [square(50, 30)]))).toBe('second-face');
  expect(checkSecondFace(crop, square(0, 60), [square(60, 30)])).toBeNull();
  expect(checkSecondFace(crop, square(0, 60), [square(50, 20)])).toBeNull();
});

test('every message says what to do, in one line', () => {
  const reasons = [
    checkSize(90),
    checkSharpness(5),
    checkFit(0.03),
    checkPose(70, 0),
    checkPose(0, -50),
    checkMatte(0.5),
  ];
  for (const reason of reasons) expect(reason!.message).toMatch(/^[A-Z][^\n]{20,}[.?]$/);
  expect(checkPose(0, 50)!.message).toContain('50° down');
});

test('a set', () => {
  const views = (yaws: readonly number[]) => yaws.map((yaw) => ({ yaw, pitch: 0 }));
  const spread = Array.from({ length: 30 }, (_, i) => -40 + (80 * i) / 29);
  expect(checkSet(views(spread), 30)).toEqual([]);
  expect(checkSet([], 5).join()).toContain('None of 5 photos can be used');
  expect(checkSet(views([0]), 1).join()).toContain('Only 1 photo can be used');
  expect(checkSet(views(spread.map((yaw) => yaw / 10)), 30).join()).toContain('straight ahead');
  expect(checkSet(views(spread.map((yaw) => Math.min(yaw, 10))), 30).join()).toContain('left side');
  expect(checkSet(views(spread.map((yaw) => Math.max(yaw, -10))), 30).join()).toContain('right side');
  expect(checkSet(views(spread.slice(0, 12)), 40).join()).toContain('12 of 40');
});
