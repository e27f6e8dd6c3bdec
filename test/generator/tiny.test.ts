import { beforeAll, describe, expect, test } from '@jest/globals';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { cpu, goldenTensorOf } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';
import { goldenCamera } from '../render/goldenScene.js';
import { wsOfSeed } from './scene.js';

let device: GPUDevice;

beforeAll(async () => {
  device = await testDevice();
});

describe.each(['CPU', 'WGSL'])('from the pickle to the image, rendered by the %s', (renderer) => {
  test.each([0, 1])('seed %d', async (seed) => {
    const generator = new Generator(await tinyBase(), await cpu());
    const headRenderer = await HeadRenderer.create(generator, renderer === 'WGSL' ? { device } : {});
    expect(headRenderer.planes).toBeNull();
    await headRenderer.setFace(await wsOfSeed(generator, seed));
    const planes = headRenderer.planes!;
    expect(planes.dims).toEqual([3, 32, 32, 32]);
    expectClose(planes.data, goldenTensorOf('tiny_main', `z${seed}.planes`).data, tolerance('planes'), 'planes');
    for (const name of ['A', 'B'] as const) {
      const portrait = await headRenderer.render(goldenCamera(name));
      const expected = (array: string) => goldenTensorOf('tiny_main', `z${seed}.${name}.${array}`);
      expect(portrait.image.dims).toEqual(expected('image').dims);
      expectClose(portrait.image.data, expected('image').data, tolerance('image'), 'image');
      expect(portrait.imageRaw.dims).toEqual(expected('image_raw').dims);
      expectClose(portrait.imageRaw.data, expected('image_raw').data, tolerance('image_raw'), 'image_raw');
      expectClose(portrait.features.data, expected('features').data, tolerance('features'), 'features');
      expect(portrait.depth.dims).toEqual(expected('depth').dims);
      expectClose(portrait.depth.data, expected('depth').data, tolerance('image_depth'), 'depth');
    }
    await headRenderer.dispose();
    await generator.dispose();
  });
});
