import { expect, test } from '@jest/globals';
import { FaceBlend } from '../../../plugin/image/faceBlend.js';
import { NetworkTurns, type TurnTaker } from '../../../plugin/image/networkTurns.js';

const flush = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

/** Heads that always want a run, on a display of so many frames a second, for so many seconds. */
async function runsOf(
  sizes: readonly number[],
  { frames, seconds = 1, cost = 0 }: { frames: number; seconds?: number; cost?: number },
): Promise<number[]> {
  let now = 0;
  const turns = new NetworkTurns(() => now);
  if (cost > 0) turns.measured(cost);
  const runs = sizes.map(() => 0);
  const want = (taker: TurnTaker, i: number): void =>
    void turns.take(taker).then(() => {
      runs[i]!++;
      turns.measured(cost);
      want(taker, i);
    });
  sizes.forEach((size, i) => want({ size }, i));
  for (let frame = 0; frame < frames * seconds; frame++) {
    now = (1000 * frame) / frames;
    turns.give();
    await flush();
  }
  return runs;
}

test.each([60, 75, 90, 120, 144, 240])('on a display of %d frames a second one head runs 30 times', async (frames) => {
  const [runs] = await runsOf([100], { frames, seconds: 4 });
  expect(runs).toBeGreaterThanOrEqual(117);
  expect(runs).toBeLessThanOrEqual(121);
});

test('a display of 20 frames a second gives 20 runs', async () => {
  expect(await runsOf([100], { frames: 20 })).toEqual([20]);
});

test('runs take half of the time at most, and eight heads of 2 ms have their 30 all the same', async () => {
  const [slow] = await runsOf([100], { frames: 60, seconds: 4, cost: 100 });
  // 200 ms a run, less what a frame may spend ahead.
  expect(slow).toBeGreaterThanOrEqual(19);
  expect(slow).toBeLessThanOrEqual(21);
  const many = await runsOf([1, 2, 3, 4, 5, 6, 7, 8], { frames: 60, seconds: 4, cost: 2 });
  many.forEach((runs) => {
    expect(runs).toBeGreaterThanOrEqual(110);
    expect(runs).toBeLessThanOrEqual(121);
  });
});

test('under load the largest run most often, and nobody is forgotten', async () => {
  const [small, middle, large, unseen] = await runsOf([50, 100, 200, 0], { frames: 60, seconds: 20, cost: 20 });
  expect(large).toBeGreaterThan(middle! * 1.4);
  expect(middle).toBeGreaterThan(small! * 1.4);
  expect(unseen).toBeGreaterThan(0);
  // 40 ms each.
  const sum = small! + middle! + large! + unseen!;
  expect(sum).toBeGreaterThan(490);
  expect(sum).toBeLessThan(510);
});

test('a run that holds nobody up may be followed by the next at once', () => {
  const turns = new NetworkTurns(() => 0);
  turns.measured(200, true);
  expect(turns.interval).toBe(200);
  turns.measured(1000, false);
  expect(turns.interval).toBeGreaterThan(400);
});

test('before anything was measured one run a frame begins; who is hurried or leaves does not wait', async () => {
  const turns = new NetworkTurns(() => 0);
  const gone: number[] = [];
  const takers = [1, 2, 3, 4].map((size) => ({ size }));
  takers.forEach((taker) => void turns.take(taker).then(() => gone.push(taker.size)));
  turns.give();
  await flush();
  expect(gone).toEqual([4]);
  turns.hurry(takers[0]!);
  turns.leave(takers[1]!);
  turns.hurry(takers[3]!);
  await flush();
  expect(gone).toEqual([4, 1, 2]);
});

test('a longer run is believed little by little, a shorter one at once, and none holds up the next for good', () => {
  const turns = new NetworkTurns(() => 0);
  turns.measured(100);
  expect(turns.interval).toBe(200);
  turns.measured(200);
  expect(turns.interval).toBe(250);
  turns.measured(1e6);
  expect(turns.interval).toBe(500);
  turns.measured(3);
  expect(turns.interval).toBeCloseTo(1000 / 30, 10);
});

test('steps of a face that goes over in place make one straight way', () => {
  const blend = new FaceBlend();
  expect([blend.done, blend.step(5), blend.finish()]).toEqual([true, 0, 0]);
  blend.begin(100, 32);
  // A value that goes from 10 to 20 in place.
  let value = 10;
  const places = [100, 104, 112, 111, 131, 132, 140].map((now) => (value += blend.step(now) * (20 - value)));
  [10, 11.25, 13.75, 13.75, 19.6875, 20, 20].forEach((expected, i) => expect(places[i]).toBeCloseTo(expected, 12));
  expect(blend.done).toBe(true);
  blend.begin(200, 10);
  expect(blend.step(205)).toBe(0.5);
  // Another result comes early: on from the middle.
  blend.begin(206, 10);
  expect([blend.done, blend.step(206), blend.finish(), blend.done]).toEqual([false, 0, 1, true]);
  blend.begin(300, 0);
  expect(blend.step(300)).toBe(1);
});
