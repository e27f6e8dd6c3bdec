import { describe, expect, test } from '@jest/globals';
import type { Base, SuperresolutionConfig } from '../../runtime/checkpoint/index.js';
import { HeadError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { superresolutionGraph, type SuperresolutionOptions } from '../../runtime/network/superresolution.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { tiny2xBase } from './hashWeights.js';
import { goldenTensorOf, repeatW, runGraph, strided } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

const main = (name: string, dims?: readonly number[]) => goldenTensorOf('tiny_main', name, dims);
const variant = (name: string) => goldenTensorOf('tiny_variants', name).data;

function feedsOf(seed = 0, camera = 'A'): Record<string, Tensor> {
  return { ws: repeatW(main(`z${seed}.w`), 8), features: main(`z${seed}.${camera}.features`, [1, 32, 16, 16]) };
}

const run = (base: Base, options: SuperresolutionOptions, feeds = feedsOf()) =>
  runGraph(superresolutionGraph(base, options), feeds);

function changed(base: Base, changes: Partial<SuperresolutionConfig>): Base {
  return { ...base, config: { ...base.config, superresolution: { ...base.config.superresolution!, ...changes } } };
}

test.each([
  [0, 'A'],
  [0, 'B'],
  [1, 'A'],
  [1, 'B'],
])('image of z%d, camera %s', async (seed, camera) => {
  const { image } = await run(await tinyBase(), {}, feedsOf(seed, camera));
  expect(image!.dims).toEqual([1, 3, 128, 128]);
  expectClose(image!.data, main(`z${seed}.${camera}.image`).data, tolerance('image'), 'image');
});

test('features and image of both blocks', async () => {
  const outputs = await run(await tinyBase(), { intermediates: true });
  const inner = (name: string) => goldenTensorOf('tiny_intermediates', `z0.sr.${name}`).data;
  for (const block of ['block0', 'block1']) {
    const x = strided(outputs[`superresolution.${block}.x`]!, [1, 4, 4]).data;
    expectClose(x, inner(`${block}.x_stride4`), tolerance(`sr.${block}.x`), `${block}.x`);
  }
  const image = outputs['superresolution.block0.img']!.data;
  expectClose(image, inner('block0.img'), tolerance('sr.block0.img'), 'block0.img');
});

describe('variants', () => {
  test('noise', async () => {
    const { image } = await run(await tinyBase(), { noise: 'const' });
    const expected = variant('sr_noise_const.image_stride4');
    expectClose(strided(image!, [1, 4, 4]).data, expected, tolerance('variant.sr_noise_const.image'), 'image');
  });

  test('clamped activations', async () => {
    const { image } = await run(changed(await tinyBase(), { convClamp: 0.75 }), {});
    const expected = variant('sr_clamp0.75.image_stride4');
    expectClose(strided(image!, [1, 4, 4]).data, expected, tolerance('variant.sr_clamp0.75.image'), 'image');
  });

  test('2X, whose first block keeps the side', async () => {
    const { image } = await run(await tiny2xBase(), {});
    expect(image!.dims).toEqual([1, 3, 64, 64]);
    expectClose(image!.data, variant('tiny2x.image'), tolerance('variant.tiny2x.image'), 'image');
  });

  test('4X resizes only what is smaller', async () => {
    const base = changed(await tinyBase(), { resizeWhen: 'smaller' });
    const sideOf = (renderResolution: number) => superresolutionGraph(base, { renderResolution }).outputs[0]!.dims[3];
    expect([sideOf(16), sideOf(32), sideOf(48)]).toEqual([128, 128, 192]);
  });
});

describe('errors', () => {
  test('a base without super-resolution', async () => {
    const base = await tinyBase();
    const none: Base = { ...base, config: { ...base.config, superresolution: null } };
    expect(() => superresolutionGraph(none)).toThrow(HeadError);
    expect(() => superresolutionGraph(none)).toThrow('no super-resolution');
  });

  test('noise maps that do not fit', async () => {
    const base = changed(await tinyBase(), { resizeWhen: 'smaller' });
    const build = () => superresolutionGraph(base, { renderResolution: 48, noise: 'const' });
    expect(build).toThrow(ShapeError);
    expect(build).toThrow('the noise maps are 64 wide, the features 96');
  });
});
