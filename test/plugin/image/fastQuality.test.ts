import { beforeAll, expect, test } from '@jest/globals';
import { fastWhen } from '../../../plugin/image/renderQuality.js';
import { ballScene, type BallScene } from './ballScene.js';

const side = 64;
let stage: BallScene;

beforeAll(async () => {
  stage = await ballScene(side, side);
});

/** Until the kernels are there. */
async function whenCompiled(): Promise<void> {
  for (let i = 0; i < 600 && !stage.model.fastRenderer; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(stage.model.fastRenderer).not.toBeNull();
}

test('a fast head looks like the exact one, keeps its volume until its face changes, and frees it', async () => {
  const { head, shot, errors, base } = stage;
  const exact = await shot();
  const bytes = head.gpuBytes;
  head.quality = 'fast';
  await shot(); // begins to compile
  await whenCompiled();
  const fast = await shot();
  expect(head.atRest).toBe(true);
  expect(head.gpuBytes).toBeGreaterThan(bytes + 4 * 128 ** 3);
  const squares = exact.reduce((sum, value, i) => sum + (value - fast[i]!) ** 2, 0) / exact.length;
  const decibels = 10 * Math.log10(255 ** 2 / squares);
  expect(decibels).toBeGreaterThan(40);
  expect(decibels).toBeLessThan(90); // it is another picture

  const { renders } = head;
  await shot();
  expect(head.renders).toBe(renders);
  head.ws = { ...head.ws!, data: head.ws!.data.map((value) => value * 0.8) };
  await head.whenSettledAsync();
  const other = await shot();
  expect(other.some((value, i) => Math.abs(value - fast[i]!) > 20)).toBe(true);
  expect(head.renders).toBeGreaterThan(renders);

  head.deactivate();
  expect(head.gpuBytes).toBeLessThan(4 * 128 ** 3);
  expect(errors).toEqual([]);
  expect(base.config.superresolution).toBeNull();
});

test('fast is taken where it is wanted and can be had', () => {
  const { base, fastRenderer } = stage.model;
  const model = { base, software: false, fastRenderer };
  expect(fastWhen('auto', model)).toBe('moving');
  expect(fastWhen('fast', model)).toBe('always');
  expect(fastWhen('exact', model)).toBe('never');
  expect(fastWhen('auto', { ...model, software: true })).toBe('never');
  expect(fastWhen('fast', { ...model, fastRenderer: null })).toBe('never');
  const superresolution = {} as NonNullable<typeof base.config.superresolution>;
  expect(fastWhen('fast', { ...model, base: { ...base, config: { ...base.config, superresolution } } })).toBe('never');
});
