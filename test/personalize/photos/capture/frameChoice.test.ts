import { describe, expect, test } from '@jest/globals';
import { FrameChoice, viewDistance } from '../../../../personalize/photos/capture/frameChoice.js';
import { mouthOf } from '../../../../personalize/photos/capture/frameView.js';
import { randomStream } from '../../../../runtime/latent/alpha/randomStream.js';
import { frameView } from './frames.js';

describe('the choice of frames', () => {
  test('keeps the sharpest of each group', () => {
    const choice = new FrameChoice<string>({ group: 3 });
    choice.offer(frameView({ yaw: -20, sharpness: 40 }), 'a');
    choice.offer(frameView({ yaw: -15, sharpness: 90 }), 'b');
    choice.offer(frameView({ yaw: -10, sharpness: 60 }), 'c');
    choice.offer(null, 'nobody');
    choice.offer(null, 'nobody');
    choice.offer(null, 'nobody');
    choice.offer(frameView({ yaw: 0, sharpness: 50 }), 'd');
    choice.offer(frameView({ yaw: 5, sharpness: 30 }), 'e');
    expect(choice.kept.map(({ frame }) => frame)).toEqual(['b', 'd']);
  });

  test('keeps nothing blurred', () => {
    const choice = new FrameChoice<number>();
    choice.offer(frameView({ sharpness: 14 }), 0);
    expect(choice.kept).toEqual([]);
  });

  test('of one view keeps the sharpest, whatever the order', () => {
    for (const order of [
      [30, 80, 60],
      [80, 60, 30],
      [60, 30, 80],
    ]) {
      const choice = new FrameChoice<number>();
      for (const sharpness of order) choice.offer(frameView({ yaw: sharpness / 100, sharpness }), sharpness);
      expect(choice.kept.map(({ frame }) => frame)).toEqual([80]);
    }
  });

  test('a smile and an open mouth are views of their own', () => {
    const choice = new FrameChoice<string>();
    choice.offer(frameView(), 'neutral');
    choice.offer(frameView({ sharpness: 50, mouth: { width: 0.95, opening: 0.02 } }), 'smile');
    choice.offer(frameView({ sharpness: 50, mouth: { width: 0.8, opening: 0.25 } }), 'open');
    expect(choice.kept.map(({ frame }) => frame).sort()).toEqual(['neutral', 'open', 'smile']);
  });

  test('of a film that mostly looks straight keeps views from side to side', () => {
    const random = randomStream('frames', 7);
    const choice = new FrameChoice<number>({ most: 12 });
    // Three of four frames are about straight, the rest sweeps 80 degrees.
    for (let i = 0; i < 400; i++) {
      const sweep = i % 4 === 0;
      const [yaw, pitch] = sweep ? [-40 + (80 * i) / 400, 0] : [8 * (random() - 0.5), 6 * (random() - 0.5)];
      choice.offer(frameView({ yaw, pitch, sharpness: 40 + 100 * random() }), i);
    }
    const { kept } = choice;
    expect(kept).toHaveLength(12);
    const yaws = kept.map(({ view }) => view.yaw);
    expect(yaws[0]).toBeLessThan(-33);
    expect(yaws.at(-1)).toBeGreaterThan(33);
    for (let i = 1; i < yaws.length; i++) expect(yaws[i]! - yaws[i - 1]!).toBeLessThan(14);
    kept.forEach((a, i) => {
      for (const b of kept.slice(i + 1)) expect(viewDistance(a.view, b.view)).toBeGreaterThanOrEqual(4);
    });
  });
});

test('a mouth is measured in distances between the eyes, whatever the size of the face', () => {
  const points = new Float32Array(3 * 468);
  const put = (index: number, x: number, y: number): void => points.set([x, y, 0], 3 * index);
  // Eyes' middles 60 apart; mouth 45 wide, lips 12 apart.
  [33, 133].forEach((index, i) => put(index, 10 + 20 * i, 50));
  [362, 263].forEach((index, i) => put(index, 70 + 20 * i, 50));
  put(61, 27.5, 110);
  put(291, 72.5, 110);
  put(13, 50, 106);
  put(14, 50, 118);
  for (const scale of [1, 7.3]) {
    const mouth = mouthOf(points.map((value) => value * scale));
    expect(mouth.width).toBeCloseTo(0.75, 5);
    expect(mouth.opening).toBeCloseTo(0.2, 5);
  }
});
