import { afterAll, expect, test } from '@jest/globals';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { HeadScheduler, type March, type ScheduledHead } from '../../../plugin/image/headScheduler.js';
import { levelFor, shareLevels, type LevelSide } from '../../../plugin/image/headLevel.js';
import { MarchBudget } from '../../../plugin/image/marchBudget.js';
import { pictureSide } from '../../../plugin/image/pictureSide.js';

const engine = new NullEngine();
afterAll(() => engine.dispose());

/** A head that always wants a new picture of 100 rays. */
class Restless implements ScheduledHead {
  active = false;
  level: LevelSide = 64;
  takenAt = -1;
  taken = 0;
  settled = 0;
  private _frame = -1;

  constructor(
    public size: number,
    private readonly _done: () => Promise<unknown> = () => new Promise(() => undefined),
  ) {}

  look(_: unknown, frame: number): number {
    this._frame = frame;
    return this.size;
  }
  activate(): void {
    this.active = true;
  }
  deactivate(): void {
    this.active = false;
  }
  marches(): March[] {
    const run = (): void => {
      this.taken++;
      this.takenAt = this._frame;
    };
    return [{ rays: 100, takenAt: this.takenAt, run, done: this._done }];
  }
  settle(): void {
    this.settled++;
  }
}

function sceneWith(heads: readonly ScheduledHead[]): { scene: Scene; scheduler: HeadScheduler } {
  const scene = new Scene(engine);
  new FreeCamera('camera', new Vector3(0, 0, -1), scene);
  const scheduler = HeadScheduler.Of(scene);
  for (const head of heads) scheduler.add(head);
  return { scene, scheduler };
}

const flush = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

test('heads take turns as far as the budget reaches, and the first march of a frame always may', async () => {
  let time = 0;
  let finish: () => void = () => undefined;
  const heads = [1, 2, 3, 4].map(() => new Restless(50, () => new Promise<void>((resolve) => (finish = resolve))));
  const { scene, scheduler } = sceneWith(heads);
  scheduler.budget = new MarchBudget(() => time);
  const taken = (): number[] => heads.map((head) => head.taken);
  // Nothing is known of the cost yet: one a frame, whoever has waited longest.
  for (let i = 0; i < 3; i++) scene.render();
  expect(taken().reduce((sum, count) => sum + count)).toBe(3);
  expect(Math.max(...taken())).toBe(1);
  // 100 rays take 4 ms: two fit into 9 ms.
  time = 4;
  finish();
  await flush();
  scheduler.budgetMs = 9;
  expect(scheduler.budget.estimate(100)).toBe(4);
  scene.render();
  expect(taken()).toEqual([2, 1, 1, 1].sort().reverse());
  for (let i = 0; i < 6; i++) scene.render();
  expect(Math.max(...taken()) - Math.min(...taken())).toBeLessThanOrEqual(1);
  expect(taken().reduce((sum, count) => sum + count)).toBe(3 + 2 * 7);
  scheduler.budgetMs = 0;
  scene.render();
  expect(taken().reduce((sum, count) => sum + count)).toBe(3 + 2 * 7 + 1);
  scene.dispose();
});

test('the largest heads are active, and those that look away give up their place when it is needed', () => {
  const heads = [10, 40, 30].map((size) => new Restless(size));
  const [small, large, middle] = heads as [Restless, Restless, Restless];
  const { scene, scheduler } = sceneWith(heads);
  scheduler.maxActiveHeads = 2;
  scene.render();
  expect([small.active, large.active, middle.active]).toEqual([false, true, true]);
  // A little larger is not enough to push another out.
  small.size = 33;
  scene.render();
  expect(small.active).toBe(false);
  small.size = 60;
  scene.render();
  expect([small.active, large.active, middle.active]).toEqual([true, true, false]);
  [small.size, large.size, middle.size] = [0, 0, 0];
  scene.render();
  expect(scheduler.activeHeads).toBe(2);
  middle.size = 5;
  scene.render();
  expect([middle.active, scheduler.activeHeads]).toEqual([true, 2]);
  expect(heads.map(({ settled }) => settled)).toEqual([5, 5, 5]);
  scene.dispose();
});

test('a head out of sight for a while gives its memory back, and has it again when it is seen', () => {
  const [seen, hidden] = [new Restless(50), new Restless(50)];
  const { scene, scheduler } = sceneWith([seen, hidden]);
  let time = 0;
  scheduler.now = () => time;
  scene.render();
  hidden.size = 0;
  const frames = (count: number, milliseconds: number): void => {
    for (let i = 0; i < count; i++) {
      time += milliseconds;
      scene.render();
    }
  };
  frames(20, 100);
  expect([seen.active, hidden.active]).toEqual([true, true]);
  // Slow frames are no absence.
  frames(1, 60_000);
  expect(hidden.active).toBe(true);
  frames(20, 100);
  expect([seen.active, hidden.active]).toEqual([true, false]);
  hidden.size = 1;
  frames(1, 16);
  expect(hidden.active).toBe(true);
  scene.dispose();
});

test('the largest of those who wait takes its turn first, and nobody waits for ever', async () => {
  let time = 0;
  let finish: () => void = () => undefined;
  const heads = [10, 100].map((size) => new Restless(size, () => new Promise<void>((resolve) => (finish = resolve))));
  const { scene, scheduler } = sceneWith(heads);
  scheduler.budget = new MarchBudget(() => time);
  scheduler.budgetMs = 5;
  for (let i = 0; i < 2; i++) scene.render();
  time = 4;
  finish();
  await flush();
  for (let i = 0; i < 44; i++) scene.render();
  const [small, large] = heads.map(({ taken }) => taken);
  expect(small! + large!).toBe(46);
  // One in eleven: ten times as small, it waits ten times as long.
  expect(small).toBeGreaterThanOrEqual(4);
  expect(small).toBeLessThanOrEqual(6);
  scene.dispose();
});

test('a head has the volume that its size on the screen needs, and keeps it while it goes a little farther', () => {
  expect([300, 161, 160, 107, 106, 20].map((pixels) => levelFor(pixels))).toEqual([128, 128, 96, 96, 64, 64]);
  expect([161, 150, 129, 127, 90, 84].map((pixels) => levelFor(pixels, 128))).toEqual([128, 128, 128, 96, 96, 64]);
  expect(levelFor(110, 64)).toBe(96);
});

test('voxels are shared, the largest heads first, and two of nearly one size do not swap', () => {
  const head = (size: number, level: LevelSide = 64) => ({ size, level });
  const all = [head(100), head(400), head(200), head(30)];
  expect(shareLevels(all, Infinity)).toEqual([64, 128, 128, 64]);
  const voxels = (levels: readonly number[]): number => levels.reduce((sum, side) => sum + side ** 3, 0);
  const levels = shareLevels([...all, head(190)], 2 * 128 ** 3);
  expect(levels).toEqual([64, 128, 96, 64, 64]);
  expect(voxels(levels)).toBeLessThanOrEqual(2 * 128 ** 3);
  expect(shareLevels([head(400), head(410)], 0)).toEqual([64, 64]);
  const one = 128 ** 3 + 64 ** 3;
  expect(shareLevels([head(400, 128), head(410)], one)).toEqual([128, 64]);
  expect(shareLevels([head(400, 128), head(600)], one)).toEqual([64, 128]);
});

test('of 64 heads the largest have a place, all of those get their turns, and the others show their mesh', () => {
  const heads = Array.from({ length: 64 }, (_, i) => new Restless(20 + 5 * i));
  const { scene, scheduler } = sceneWith(heads);
  for (let i = 0; i < 120; i++) scene.render();
  const active = heads.filter((head) => head.active);
  expect(active).toEqual(heads.slice(-8));
  expect(Math.min(...active.map(({ taken }) => taken))).toBeGreaterThan(10);
  expect(heads.slice(0, -8).every(({ taken }) => taken === 0)).toBe(true);
  const voxels = active.reduce((sum, { level }) => sum + level ** 3, 0);
  expect(voxels).toBeLessThanOrEqual(scheduler.maxVoxels);
  expect(active.at(-1)!.level).toBe(128);
  scene.dispose();
});

test('a place is offered before a head is seen, while there is room', () => {
  const [first, second] = [new Restless(0), new Restless(0)];
  const { scene, scheduler } = sceneWith([first, second]);
  scheduler.maxActiveHeads = 1;
  scheduler.offer(first);
  scheduler.offer(second);
  expect([first.active, second.active]).toEqual([true, false]);
  scene.dispose();
});

test('one frame, one round, however many cameras ask; no head, no observer', () => {
  const head = new Restless(50);
  const { scene, scheduler } = sceneWith([head]);
  scene.activeCameras = [scene.activeCamera!, new FreeCamera('second', Vector3.Zero(), scene)];
  scene.render();
  expect(head.settled).toBe(1);
  scheduler.remove(head);
  scene.render();
  expect(head.settled).toBe(1);
  expect(HeadScheduler.Of(scene)).toBe(scheduler);
  scene.dispose();
});

test('a march that fails to finish measures nothing', async () => {
  const budget = new MarchBudget(() => 7);
  budget.begin();
  budget.spend(10, () => Promise.reject(new Error('lost')));
  await flush();
  expect(budget.estimate(10)).toBeNull();
  budget.begin();
  expect(budget.allows(10, 0)).toBe(true);
  budget.spend(10, () => Promise.resolve());
  await flush();
  expect(budget.estimate(10)).toBe(0);
});

test.each([
  [300, false, 'auto', 320],
  [300, true, 'auto', 256],
  [300, false, 0.5, 160],
  [300, false, 4, 512],
  [300, false, NaN, 320],
  [3, false, 'auto', 32],
  [9000, false, 'auto', 512],
] as const)('a head of %d pixels (moving: %s) at scale %s has a picture of %d', (pixels, moving, renderScale, side) => {
  expect(pictureSide(pixels, moving, { resolution: 512, movingResolution: 256, renderScale })).toBe(side);
});

test('a side that is no multiple stays the largest', () => {
  const limits = { resolution: 20, movingResolution: 100, renderScale: 'auto' } as const;
  expect(pictureSide(300, true, limits)).toBe(20);
});
