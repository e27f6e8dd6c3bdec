import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FaceJudge, FaceReading } from '../../../personalize/evaluation/judge.js';
import { faceApiJudge } from '../../../personalize/evaluation/judges/faceApi.node.js';
import { humanJudge } from '../../../personalize/evaluation/judges/human.node.js';
import { requireTool, resolveTool } from '../../../personalize/evaluation/judges/tensorflow.node.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { testPhoto } from './photoSet.js';

const names = ['a-frontal', 'a-smile', 'a-side', 'b-frontal', 'b-side'] as const;
type Name = (typeof names)[number];

describe.each([
  ['dlib', faceApiJudge],
  ['faceres', humanJudge],
] as const)('%s', (name, open) => {
  let judge: FaceJudge;
  let readings: Record<Name, FaceReading>;

  beforeAll(async () => {
    judge = await open();
    const looked: [Name, FaceReading][] = [];
    for (const photo of names) {
      const { image, box } = testPhoto(photo);
      looked.push([photo, await judge.look(image, box)]);
    }
    readings = Object.fromEntries(looked) as Record<Name, FaceReading>;
  });

  afterAll(() => judge.close());

  const distance = (a: Name, b: Name): number => judge.distance(readings[a], readings[b]);

  test('knows the same person with a smile and from the side, and two people apart', () => {
    expect(judge.name).toBe(name);
    expect(distance('a-frontal', 'a-frontal')).toBeCloseTo(0, 6);
    for (const [a, b] of [
      ['a-frontal', 'a-smile'],
      ['a-frontal', 'a-side'],
      ['b-frontal', 'b-side'],
    ] as const) {
      expect(distance(a, b)).toBeGreaterThan(0.01);
      expect(distance(a, b)).toBeLessThan(judge.threshold);
      expect(distance(b, a)).toBeCloseTo(distance(a, b), 6);
    }
    for (const a of ['a-frontal', 'a-smile', 'a-side'] as const) {
      for (const b of ['b-frontal', 'b-side'] as const) expect(distance(a, b)).toBeGreaterThan(judge.threshold);
    }
  });

  test('sees a toothy smile, by its emotion network and in the landmarks', () => {
    expect(readings['a-smile'].happy).toBeGreaterThan(0.5);
    for (const neutral of ['a-frontal', 'b-frontal'] as const) expect(readings[neutral].happy).toBeLessThan(0.1);
    // Seen from the side, a wide closed mouth reads a little happy to face-api's network.
    for (const neutral of ['a-side', 'b-side'] as const) expect(readings[neutral].happy).toBeLessThan(0.3);
    const [neutral, smile] = [readings['a-frontal'], readings['a-smile']];
    expect(smile.mouthWidth).toBeGreaterThan(neutral.mouthWidth * 1.1);
    expect(smile.mouthOpen).toBeGreaterThan(neutral.mouthOpen + 0.05);
    for (const eye of [neutral.eyeOpenLeft, neutral.eyeOpenRight]) {
      expect(eye).toBeGreaterThan(0.08);
      expect(eye).toBeLessThan(0.3);
    }
  });

  test('refines a box that is a little off, and one that leans', async () => {
    const { image, box } = testPhoto('a-frontal');
    const off = { x: box.x + 6, y: box.y - 6, side: box.side * 1.1, roll: 0.15 };
    expect(judge.distance(await judge.look(image, off), readings['a-frontal'])).toBeLessThan(judge.threshold / 2);
  });

  test('refuses what is no image', async () => {
    const { box } = testPhoto('a-frontal');
    await expect(judge.look({ dims: [1, 2, 2], data: new Float32Array(4) }, box)).rejects.toThrow(
      `${name}: image: expected [3, *, *], got [1, 2, 2].`,
    );
  });
});

test('a network that is not installed is named with the command that installs it', () => {
  for (const load of [requireTool, resolveTool]) {
    expect(() => load('@vladmandic/absent')).toThrow(AssetError);
    expect(() => load('@vladmandic/absent')).toThrow(
      /expected the package of @vladmandic\/absent, found none\. .*npm install --save-dev --ignore-scripts @vladmandic/,
    );
  }
});
