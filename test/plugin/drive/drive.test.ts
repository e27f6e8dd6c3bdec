import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { emotionAmounts } from '../../../plugin/vocabulary/emotions.js';
import { visemeAmounts } from '../../../plugin/vocabulary/visemes.js';
import { Drive, DriveBehavior, type Driven } from '../../../plugin/drive/index.js';
import { createHead, createStage, type Stage, type TestHead } from '../behaviors/stage.js';

let stage: Stage;
let head: TestHead;
beforeEach(() => {
  stage = createStage();
  head = createHead(stage.scene);
});
afterEach(() => stage.dispose());

test('adds to what clips and owners set, keeps what is not named, and takes back what is null', () => {
  head.expression.jawOpen = 0.2;
  head.pose.yaw = 0.1;
  const drive = Drive(head, { expression: { jawOpen: 0.3, browInnerUp: 0.5 }, pose: { yaw: 0.2 } });
  stage.run(2);
  expect(head.expression.jawOpen).toBeCloseTo(0.5, 2);
  expect(head.expression.browInnerUp).toBeCloseTo(0.5, 2);
  expect(head.pose.yaw).toBeCloseTo(0.3, 2);
  // Clips go on below.
  head.expression.jawOpen = 0.4;
  expect(Drive(head, { pose: null })).toBe(drive);
  stage.run(2);
  expect(head.expression.jawOpen).toBeCloseTo(0.7, 2);
  expect(head.pose.yaw).toBeCloseTo(0.1, 2);
  Drive(head, { expression: null });
  stage.run(2);
  expect([head.expression.jawOpen, head.expression.browInnerUp]).toEqual([0.4, 0]);
  Drive(head, { expression: { jawOpen: 0.3 } });
  stage.run(2);
  head.removeBehavior(drive);
  expect(head.expression.jawOpen).toBeCloseTo(0.4, 5);
});

test('goes there by its time constants: two thirds after one', () => {
  Drive(head, { expression: { jawOpen: 1 }, pose: { pitch: 0.3 } }, { expression: 0.25, pose: 0.5 });
  stage.run(0.25);
  expect(head.expression.jawOpen).toBeCloseTo(1 - Math.exp(-1), 1);
  stage.run(0.25);
  expect(head.pose.pitch).toBeCloseTo(0.3 * (1 - Math.exp(-1)), 2);
  const other = createHead(stage.scene, 'other');
  Drive(other, { expression: { jawOpen: 1 } }, { expression: 0 });
  stage.step(1 / 60);
  expect(other.expression.jawOpen).toBe(1);
});

test('emotions mix by weight, come and go in their own time', () => {
  Drive(head, { emotion: 'surprised' });
  stage.run(0.12);
  expect(head.expression.browInnerUp).toBeCloseTo(emotionAmounts.surprised.browInnerUp! * (1 - Math.exp(-1)), 1);
  stage.run(3);
  expect(head.expression.eyeWideLeft).toBeCloseTo(emotionAmounts.surprised.eyeWideLeft!, 2);
  Drive(head, { emotion: { happy: 0.5, sad: 0.5 } });
  stage.run(8);
  expect(head.expression.mouthFrownLeft).toBeCloseTo(emotionAmounts.sad.mouthFrownLeft! / 2, 2);
  expect(head.expression.mouthSmileLeft).toBeCloseTo(emotionAmounts.happy.mouthSmileLeft! / 2, 2);
  Drive(head, { emotion: null });
  stage.run(12);
  expect(head.expression.mouthFrownLeft).toBeCloseTo(0, 2);
});

test('speaks weights of now and timed visemes', () => {
  const drive = Drive(head, { speech: { aa: 1 } });
  stage.run(0.5);
  expect(head.expression.jawOpen).toBeCloseTo(visemeAmounts.aa.jawOpen!, 2);
  Drive(head, { speech: { visemes: ['PP', 'aa', 'sil'], times: [0, 200, 800], durations: [200, 600, 100] } });
  stage.run(0.5);
  expect(drive.isSpeaking).toBe(true);
  expect(head.expression.jawOpen).toBeCloseTo(visemeAmounts.aa.jawOpen!, 2);
  stage.run(1);
  expect(drive.isSpeaking).toBe(false);
  expect(head.expression.jawOpen).toBeCloseTo(0, 2);
});

test('turns the eyes, or looks at something with eyes and head', () => {
  Drive(head, { gaze: { yaw: 0.25, pitch: 0 } });
  stage.run(1);
  expect(head.expression.eyeLookOutLeft).toBeCloseTo(0.5, 2);
  expect(head.expression.eyeLookInRight).toBeCloseTo(0.5, 2);
  const drive = Drive(head, { gaze: new Vector3(1, 0, -1) });
  stage.run(3);
  expect(head.pose.yaw).toBeGreaterThan(0.3);
  // What others are sent is what is driven, not what a target in this scene makes of it.
  expect(drive.face.pose.yaw).toBe(0);
  Drive(head, { gaze: null });
  stage.run(3);
  expect(head.pose.yaw).toBeCloseTo(0, 2);
  expect(head.expression.eyeLookOutLeft).toBeCloseTo(0, 2);
});

test('what is driven can be sent and driven again', () => {
  const drive = Drive(head, {
    emotion: 'happy',
    speech: { O: 0.5 },
    pose: { roll: 0.2 },
    gaze: { yaw: -0.1, pitch: 0.1 },
  });
  stage.run(3);
  const other = createHead(stage.scene, 'other');
  Drive(other, drive.face, { expression: 0, pose: 0, gaze: 0 });
  stage.step(1 / 60);
  for (const [name, amount] of Object.entries(head.expression)) expect(other.expression[name]).toBeCloseTo(amount, 1);
  expect(other.pose.roll).toBeCloseTo(0.2, 2);
});

test('takes what is absent of a turn as 0, and keeps nothing of the caller', () => {
  const emotion: { happy: number } = { happy: 1 };
  const driven = { pose: { yaw: undefined, pitch: 0.1 }, gaze: { yaw: undefined, pitch: 0.1 }, emotion };
  const drive = Drive(head, driven as unknown as Driven, { pose: 0, gaze: 0, emotion: 0 });
  emotion.happy = NaN;
  stage.run(1);
  expect(drive.face.pose).toEqual({ yaw: 0, pitch: 0.1, roll: 0 });
  expect(drive.face.gaze).toEqual({ yaw: 0, pitch: 0.1 });
  expect(head.expression.mouthSmileLeft).toBeCloseTo(emotionAmounts.happy.mouthSmileLeft!, 2);
});

const refused: readonly (readonly [string, Driven])[] = [
  ['drive/name', { expression: { jawOpenn: 1 } as object }],
  ['drive/number', { expression: { jawOpen: NaN } }],
  ['drive/name', { emotion: { bored: 1 } as object }],
  ['drive/number', { pose: { yaw: Infinity } }],
  ['drive/name', { speech: { ah: 1 } as object }],
  ['drive/number', { gaze: { yaw: NaN, pitch: 0 } }],
  ['drive/gaze', { gaze: 'camera' as never, speech: { aa: 1 }, emotion: 'happy' }],
  ['drive/gaze', { gaze: { x: 1 } as never }],
  ['lipSync/timeline', { speech: { visemes: ['aa'], times: [], durations: [] } }],
];

test.each(refused)('refuses with %s what is none, and nothing changes: %j', (code, driven) => {
  const drive = new DriveBehavior();
  drive.drive({ expression: { mouthClose: 0.5 } });
  expect(() => drive.drive({ ...driven, expression: { jawLeft: 1, ...driven.expression } })).toThrow(
    expect.objectContaining({ code }),
  );
  head.addBehavior(drive);
  stage.run(1);
  expect([head.expression.mouthClose, head.expression.jawLeft].map((x) => Math.round(100 * x!))).toEqual([50, 0]);
});
