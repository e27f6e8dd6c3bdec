import { expect, test } from '@jest/globals';
import type { Base } from '../../runtime/checkpoint/index.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer, type Portrait } from '../../runtime/generator/headRenderer.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { cpu, goldenTensorOf, repeatW, strided } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';
import { goldenCamera } from '../render/goldenScene.js';
import { variants } from '../render/variants.js';

const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);

function expectImage(portrait: Portrait, name: string): void {
  const expected = (array: string) => goldenTensorOf('tiny_variants', `${name}.${array}`).data;
  const image = strided(portrait.image, [1, 4, 4]).data;
  expectClose(image, expected('image_stride4'), tolerance(`variant.${name}.image`), 'image');
  expectClose(portrait.imageRaw.data, expected('image_raw'), tolerance(`variant.${name}.image_raw`), 'image_raw');
}

test.each(variants.map((variant) => [variant.name, variant] as const))('image of %s', async (name, variant) => {
  const generator = new Generator(await tinyBase(), await cpu());
  const { changes, resolution, camera } = variant;
  const headRenderer = await HeadRenderer.create(generator, { resolution, settings: changes });
  await headRenderer.setFace(ws);
  expectImage(await headRenderer.render(camera), name);
  await headRenderer.dispose();
  await generator.dispose();
});

test('image without the backbone’s noise', async () => {
  const generator = new Generator(await tinyBase(), await cpu(), { noise: 'none' });
  const headRenderer = await HeadRenderer.create(generator);
  await headRenderer.setFace(ws);
  expectImage(await headRenderer.render(goldenCamera('A')), 'backbone_noise_none');
  await headRenderer.dispose();
  await generator.dispose();
});

test('a base without super-resolution: the raw image', async () => {
  const base = await tinyBase();
  const bare: Base = { ...base, config: { ...base.config, superresolution: null } };
  const generator = new Generator(bare, await cpu());
  const headRenderer = await HeadRenderer.create(generator);
  await headRenderer.setFace(ws);
  const { image, imageRaw, features } = await headRenderer.render(goldenCamera('A'));
  expect([image.dims, features.dims]).toEqual([
    [3, 16, 16],
    [3, 16, 16],
  ]);
  expect(image.data).toEqual(imageRaw.data);
  expectClose(image.data, goldenTensorOf('tiny_main', 'z0.A.image_raw').data, tolerance('image_raw'), 'image');
  await headRenderer.dispose();
  await generator.dispose();
});
