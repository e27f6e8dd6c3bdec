import { beforeAll, expect, test } from '@jest/globals';
import { HeadScheduler } from '../../../plugin/image/headScheduler.js';
import type { LevelSide } from '../../../plugin/image/headLevel.js';
import { fastWhen } from '../../../plugin/image/renderQuality.js';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { ballWs } from './ballBase.js';
import { ballScene, type BallScene } from './ballScene.js';

const side = 64;
let stage: BallScene;

beforeAll(async () => {
  stage = await ballScene(side, side);
});

/** Until the kernels are there. */
async function whenCompiled(level: LevelSide): Promise<void> {
  const there = (): boolean => stage.model.fastRendererOf(level)?.side === level;
  for (let i = 0; i < 600 && !there(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(there()).toBe(true);
}

const decibelsOf = (a: Uint8Array, b: Uint8Array): number =>
  10 * Math.log10(255 ** 2 / (a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length));

test('a fast head looks like the exact one, keeps its volume until its face changes, and frees it', async () => {
  const { head, shot, errors, base } = stage;
  const exact = await shot();
  const bytes = head.gpuBytes;
  head.quality = 'fast';
  expect(head.level).toBe(64); // 64 pixels need no more
  await shot(); // begins to compile
  await whenCompiled(64);
  const fast = await shot();
  expect(head.atRest).toBe(true);
  const bricks = (side: number): number => 2 * 4 * (side / 4) ** 3;
  expect(head.gpuBytes).toBe(bytes + 4 * 64 ** 3 + bricks(64));
  expect(decibelsOf(exact, fast)).toBeGreaterThan(40);
  expect(decibelsOf(exact, fast)).toBeLessThan(90); // it is another picture

  const { renders } = head;
  await shot();
  expect(head.renders).toBe(renders);
  head.ws = { ...head.ws!, data: head.ws!.data.map((value) => value * 0.8) };
  await head.whenSettledAsync();
  const other = await shot();
  expect(other.some((value, i) => Math.abs(value - fast[i]!) > 20)).toBe(true);
  expect(head.renders).toBeGreaterThan(renders);

  // Nearer, it has a finer volume: the same ball.
  const { camera, scene } = stage;
  const scheduler = HeadScheduler.Of(scene);
  await whenCompiled(128);
  camera.fov = 0.3;
  const near = await shot();
  expect(head.level).toBe(128);
  expect(head.gpuBytes).toBeGreaterThan(4 * 128 ** 3);
  // All volumes together have too few voxels: it makes do.
  scheduler.maxVoxels = 64 ** 3;
  head.ws = { ...head.ws };
  await head.whenSettledAsync();
  const coarse = await shot();
  expect(head.level).toBe(64);
  expect(head.gpuBytes).toBeLessThan(4 * 128 ** 3);
  expect(decibelsOf(near, coarse)).toBeGreaterThan(35);

  // Nobody sees it for a while: it keeps next to nothing.
  camera.rotation.y = Math.PI;
  scheduler.idleAfterMs = -1;
  for (let i = 0; i < 40; i++) await stage.node.frame(scene);
  expect(head.active).toBe(false);
  expect(head.gpuBytes).toBeLessThan(300_000);
  camera.rotation.y = 0;
  await stage.node.frame(scene);
  await head.whenSettledAsync();
  expect(decibelsOf(await shot(), coarse)).toBeGreaterThan(90);
  scheduler.idleAfterMs = 5000;
  scheduler.maxVoxels = 64 ** 3;
  camera.fov = 0.8;
  expect(errors).toEqual([]);
  expect(base.config.superresolution).toBeNull();
});

test('a fast head may go, or change its size, in the middle of a bake, and outlives its device', async () => {
  const { node, scene, model, base, head, shot, errors } = stage;
  head.ws = ballWs(base, 0.3);
  await head.whenSettledAsync();
  const before = await shot();
  const guest = new HeadImage('guest', scene, model);
  guest.onErrorObservable.add(({ message }) => errors.push(message));
  guest.quality = 'fast';
  guest.node.position.x = 0.4;
  guest.ws = ballWs(base, 0.25);
  await guest.whenSettledAsync();
  node.engine.beginFrame();
  scene.render();
  node.engine.endFrame();
  // Its bake and its march are submitted, and not done.
  guest.dispose();
  await node.device().queue.onSubmittedWorkDone();
  expect(decibelsOf(await shot(), before)).toBe(Infinity);

  for (const resolution of [32, 160, 64]) {
    head.resolution = resolution;
    head.ws = ballWs(base, 0.2 + resolution / 1000);
    node.engine.beginFrame();
    scene.render();
    node.engine.endFrame();
  }
  head.resolution = 192;
  head.ws = ballWs(base, 0.3);
  await head.whenSettledAsync();
  expect(decibelsOf(await shot(), before)).toBe(Infinity);

  const restored = new Promise((resolve) => node.engine.onContextRestoredObservable.addOnce(resolve));
  node.device().destroy();
  await restored;
  for (let i = 0; i < 600 && !(head.showsImage && model.fastRendererOf(64)?.side === 64); i++) {
    await node.frame(scene);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // A picture that was taken before its level was compiled is of the largest one, and stays while nothing moves.
  expect(decibelsOf(await shot(), before)).toBeGreaterThan(45);
  head.ws = { ...head.ws };
  await head.whenSettledAsync();
  expect(decibelsOf(await shot(), before)).toBeGreaterThan(90);
  expect(errors).toEqual([]);
});

test('fast is taken where it is wanted and can be had', () => {
  const { base, renderer, fastRenderer } = stage.model;
  const model = { base, software: false, renderer, fastRenderer };
  expect(fastWhen('auto', model)).toBe('moving');
  expect(fastWhen('fast', model)).toBe('always');
  expect(fastWhen('exact', model)).toBe('never');
  expect(fastWhen('auto', { ...model, software: true })).toBe('never');
  expect(fastWhen('fast', { ...model, fastRenderer: null })).toBe('never');
  // As on WebGL 2, where nothing else can be had.
  expect(fastWhen('exact', { ...model, renderer: null })).toBe('always');
  const superresolution = {} as NonNullable<typeof base.config.superresolution>;
  expect(fastWhen('fast', { ...model, base: { ...base, config: { ...base.config, superresolution } } })).toBe('never');
});
