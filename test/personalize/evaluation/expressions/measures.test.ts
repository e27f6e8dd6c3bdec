import { describe, expect, test } from '@jest/globals';
import {
  alikeness,
  changeOf,
  differenceImage,
} from '../../../../personalize/evaluation/expressions/differenceImage.js';
import { faceMeasures } from '../../../../personalize/evaluation/expressions/faceMeasures.js';
import {
  asymmetryOf,
  measuredExpressions,
} from '../../../../personalize/evaluation/expressions/measuredExpressions.js';
import {
  expressionsMarkdown,
  methodExpressionsMarkdown,
} from '../../../../personalize/evaluation/expressions/expressionsMarkdown.js';
import { ShapeError } from '../../../../runtime/core/errors.js';

/** Points by landmark, in distances of the eyes: x to the person's left, y up, (0, 0) between the eyes. */
type Drawing = Readonly<Record<number, readonly [number, number]>>;

const neutral: Drawing = {
  ...{ 362: [0.3, 0], 263: [0.7, 0], 33: [-0.7, 0], 133: [-0.3, 0] },
  ...{ 13: [0, -1], 14: [0, -1.02], 291: [0.4, -1], 61: [-0.4, -1] },
  ...{ 385: [0.4, 0.1], 386: [0.5, 0.1], 387: [0.6, 0.1], 380: [0.4, -0.1], 374: [0.5, -0.1], 373: [0.6, -0.1] },
  ...{ 160: [-0.6, 0.1], 159: [-0.5, 0.1], 158: [-0.4, 0.1], 144: [-0.6, -0.1], 145: [-0.5, -0.1], 153: [-0.4, -0.1] },
  ...Object.fromEntries([300, 293, 334, 296, 336].map((i) => [i, [0.5, 0.4]])),
  ...Object.fromEntries([70, 63, 105, 66, 107].map((i) => [i, [-0.5, 0.4]])),
};

/** Pixels of a drawing whose head leans by `roll`, the eyes 80 pixels apart. */
function drawn(drawing: Drawing, roll = 0.3): Float32Array {
  const points = new Float32Array(3 * 468);
  for (const [index, [x, y]] of Object.entries(drawing)) {
    points[3 * Number(index)] = 200 + 80 * (Math.cos(roll) * x + Math.sin(roll) * y);
    points[3 * Number(index) + 1] = 150 + 80 * (Math.sin(roll) * x - Math.cos(roll) * y);
  }
  return points;
}

const movement = (name: string, after: Drawing): number => {
  const all = measuredExpressions.flatMap(({ movements }) => movements);
  const found = all.find((each) => each.name === name)!;
  return found.of(faceMeasures(drawn(neutral)), faceMeasures(drawn({ ...neutral, ...after }, -0.2)));
};

describe('faceMeasures', () => {
  test('measures in distances of the eyes, however the head leans', () => {
    const { lipsApart, corners, lids, brows } = faceMeasures(drawn(neutral));
    expect(lipsApart).toBeCloseTo(0.02, 4);
    for (const side of ['left', 'right'] as const) {
      expect(corners[side][0]).toBeCloseTo(0.4, 4);
      expect(corners[side][1]).toBeCloseTo(-1, 4);
      expect(lids[side]).toBeCloseTo(0.2, 4);
      expect(brows[side]).toBeCloseTo(0.4, 4);
    }
  });

  test('refuses what are no landmarks of a face', () => {
    expect(() => faceMeasures(new Float32Array(3 * 68))).toThrow(ShapeError);
    expect(() => faceMeasures(new Float32Array(3 * 468))).toThrow(ShapeError);
  });
});

describe('movements', () => {
  test('are what was drawn', () => {
    expect(movement('lips apart', { 14: [0, -1.3] })).toBeCloseTo(0.28, 3);
    expect(movement('mouth wider', { 291: [0.5, -0.9], 61: [-0.46, -0.94] })).toBeCloseTo(0.16, 3);
    expect(movement('corners lifted', { 291: [0.5, -0.9], 61: [-0.46, -0.94] })).toBeCloseTo(0.08, 3);
    const closed = Object.fromEntries([385, 386, 387, 160, 159, 158].map((i) => [i, [neutral[i]![0], -0.05] as const]));
    expect(movement('lids closed', closed)).toBeCloseTo(0.15, 3);
    const raised = Object.fromEntries([300, 293, 334, 296, 336].map((i) => [i, [0.5, 0.5] as const]));
    expect(movement('brows raised', raised)).toBeCloseTo(0.05, 3);
    expect(movement('brows lowered', raised)).toBeCloseTo(-0.05, 3);
  });

  test('of both sides mirror each other, or do not', () => {
    expect(asymmetryOf({ left: [0.1, 0.05], right: [0.1, 0.05] })).toBe(0);
    expect(asymmetryOf({ left: [0, 0.1], right: [0, 0] })).toBeCloseTo(2);
    expect(asymmetryOf({ left: [0, 0], right: [0, 0] })).toBeNull();
  });
});

describe('difference images', () => {
  const image = (...data: number[]) => ({ dims: [1, 1, data.length], data: Float32Array.from(data) });

  test('tell how much and how alike a change is', () => {
    const change = differenceImage(image(0, 0.5, -0.5), image(0.25, 0.5, -1));
    expect([...change.data]).toEqual([0.25, 0, -0.5]);
    expect(changeOf(change)).toBeCloseTo(0.25);
    expect(alikeness(change, image(0.5, 0, -1))).toBeCloseTo(1);
    expect(alikeness(change, image(0, 1, 0))).toBeCloseTo(0);
    expect(alikeness(change, image(0, 0, 0))).toBeNull();
    expect(() => differenceImage(image(0), image(0, 0))).toThrow(ShapeError);
  });
});

test('the tables tell shares, and none where the base hardly moves', () => {
  const sides = { asymmetry: 0.1, baseAsymmetry: null };
  const text = expressionsMarkdown({
    movements: [
      { expression: 'smile', movement: 'mouth wider', person: 0.1, base: 0.2, ...sides },
      { expression: 'browDown', movement: 'brows lowered', person: 0.1, base: 0.001, ...sides },
    ],
    changes: [{ expression: 'smile', person: 0.03, base: 0.02, alike: 0.9 }],
  });
  expect(text).toContain('| smile: mouth wider | 0.100 | 0.200 | 0.50 | 0.10 | – |');
  expect(text).toContain('| browDown: brows lowered | 0.100 | 0.001 | – | 0.10 | – |');
  expect(text).toContain('| smile | 1.50 | 0.90 |');
});

test('the table of methods has a row for each, and a dash where one was not measured', () => {
  const row = (expression: string, person: number, asymmetry: number | null) => ({
    ...{ expression, movement: 'moves', person, base: 0.2, asymmetry, baseAsymmetry: null },
  });
  const text = methodExpressionsMarkdown({
    base: { movements: [row('jawOpen', 0.2, null), row('smile', 0.2, 0.02)], changes: [] },
    'lora-1': { movements: [row('smile', 0.15, 0.1)], changes: [] },
  });
  expect(text).toContain('| method | jawOpen: moves | smile: moves | asymmetry of smile: moves |');
  expect(text).toContain('| base | 1.00 | 1.00 | 0.02 |');
  expect(text).toContain('| lora-1 | – | 0.75 | 0.10 |');
});
