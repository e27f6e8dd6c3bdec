import { afterEach, describe, expect, test } from '@jest/globals';
import { BlinkBehavior } from '../../../plugin/behaviors/blinkBehavior.js';
import type { FaceBehavior } from '../../../plugin/behaviors/faceBehavior.js';
import { IdleBehavior } from '../../../plugin/behaviors/idleBehavior.js';
import { createHead, createStage, type Stage, type TestHead } from './stage.js';

const stages: Stage[] = [];
afterEach(() => {
  for (const stage of stages.splice(0)) stage.dispose();
});

function alive(behavior: FaceBehavior): { readonly stage: Stage; readonly head: TestHead } {
  const stage = createStage();
  stages.push(stage);
  const head = createHead(stage.scene);
  head.addBehavior(behavior);
  return { stage, head };
}

/** Times at which lids have fallen half way, frame by frame but without a scene. */
function blinkTimes(behavior: BlinkBehavior, seconds: number, rate: number): number[] {
  behavior.restart();
  const times: number[] = [];
  let [open, alike] = [true, true];
  for (let frame = 1; frame <= seconds * rate; frame++) {
    const { eyeBlinkLeft, eyeBlinkRight } = behavior.advance(1 / rate).expression!;
    alike &&= eyeBlinkRight === eyeBlinkLeft;
    if (open && eyeBlinkLeft! > 0.5) times.push(frame / rate);
    open = eyeBlinkLeft! < 0.5;
  }
  expect(alike).toBe(true);
  return times;
}

describe('blink', () => {
  test('closes both eyes whole, now and then', () => {
    const times = blinkTimes(new BlinkBehavior({ seed: 3, double: 0 }), 60, 100);
    expect(times.length).toBeGreaterThan(9);
    expect(times.length).toBeLessThan(31);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThan(1.97);
    expect(Math.max(...gaps)).toBeLessThan(6.03);
    expect(new Set(gaps.map((gap) => gap.toFixed(1))).size).toBeGreaterThan(4);
  });

  test('is the same for a seed at any frame rate, and another for another seed', () => {
    const [slow, fast] = [blinkTimes(new BlinkBehavior(), 40, 50), blinkTimes(new BlinkBehavior(), 40, 200)];
    expect(slow.length).toBe(fast.length);
    slow.forEach((time, i) => expect(Math.abs(time - fast[i]!)).toBeLessThan(0.03));
    expect(blinkTimes(new BlinkBehavior({ seed: 1 }), 40, 50)).not.toEqual(slow);
  });

  test('may come twice', () => {
    const gaps = blinkTimes(new BlinkBehavior({ double: 1 }), 20, 100).map((time, i, all) => time - (all[i - 1] ?? 0));
    const quick = gaps.filter((gap) => gap < 0.5);
    expect(quick.length).toBeGreaterThanOrEqual(Math.floor(gaps.length / 2));
  });

  test('blinks when asked', () => {
    const behavior = new BlinkBehavior({ shortest: 100, longest: 100 });
    const { stage, head } = alive(behavior);
    stage.run(0.5);
    behavior.blink();
    stage.run(0.1);
    expect(head.expression.eyeBlinkLeft).toBeGreaterThan(0.9);
    stage.run(0.2);
    expect(head.expression.eyeBlinkLeft).toBe(0);
  });

  test('begins anew when it is attached again', () => {
    const behavior = new BlinkBehavior();
    const first = blinkTimes(behavior, 10, 50);
    expect(blinkTimes(behavior, 10, 50)).toEqual(first);
  });

  test.each([
    [0, 1],
    [3, 2],
    [NaN, 2],
    [1, Infinity],
  ])('refuses times from %d to %d', (shortest, longest) => {
    expect(() => new BlinkBehavior({ shortest, longest })).toThrow(/expected (0 < shortest <= longest|a number)/);
  });
});

describe('idle', () => {
  /** All angles and eye amounts, in every frame of some seconds. */
  function course(options: ConstructorParameters<typeof IdleBehavior>[0], seconds: number): number[][] {
    const idle = new IdleBehavior(options);
    return Array.from({ length: seconds * 60 }, () => {
      const { pose, gaze } = idle.advance(1 / 60);
      return [pose!.yaw!, pose!.pitch!, pose!.roll!, gaze!.left.yaw, gaze!.left.pitch];
    });
  }

  test('moves all of it, a little, beginning from rest', () => {
    const frames = course({}, 20);
    for (const value of frames[0]!) expect(value).toBeCloseTo(0, 4);
    for (let i = 0; i < 5; i++) {
      const values = frames.map((frame) => frame[i]!);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.01);
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(0.051);
    }
  });

  test('moves a head in a scene, and gives it back', () => {
    const { stage, head } = alive(new IdleBehavior());
    stage.run(3);
    expect(Math.abs(head.pose.yaw) + Math.abs(head.pose.pitch)).toBeGreaterThan(0.002);
    expect(Math.max(...Object.values(head.expression))).toBeGreaterThan(0.01);
    head.removeBehavior(head.behaviors[0]!);
    expect(head.pose).toEqual({ yaw: 0, pitch: 0, roll: 0 });
    expect(Math.max(...Object.values(head.expression))).toBe(0);
  });

  test('sways smoothly while the eyes jump and rest', () => {
    const frames = course({}, 20);
    const steps = (i: number): number[] => frames.slice(1).map((frame, k) => Math.abs(frame[i]! - frames[k]![i]!));
    for (let i = 0; i < 3; i++) expect(Math.max(...steps(i))).toBeLessThan(0.002);
    const resting = steps(3).filter((step) => step === 0).length;
    expect(resting).toBeGreaterThan(0.9 * frames.length);
    expect(Math.max(...steps(3))).toBeGreaterThan(0.01);
  });

  test('is the same for a seed, and another for another', () => {
    const first = course({ seed: 5 }, 5);
    expect(course({ seed: 5 }, 5)).toEqual(first);
    expect(course({ seed: 6 }, 5)).not.toEqual(first);
  });

  test('is as strong as asked', () => {
    const still = course({ motion: 0, saccades: 0 }, 5);
    expect(still.flat().every((value) => value === 0)).toBe(true);
  });
});
