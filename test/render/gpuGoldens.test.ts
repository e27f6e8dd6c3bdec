import { beforeAll, test } from '@jest/globals';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { goldenTensorOf, strided } from '../network/runGraph.js';
import { goldenCamera, goldenSettings, goldenVolume, renderTwin, views } from './goldenScene.js';
import { renderGpu } from './gpuStages.js';
import { variants } from './variants.js';

let device: GPUDevice;

beforeAll(async () => {
  device = await testDevice();
});

test.each(views)('the kernels, z%d, camera %s', async (seed, name) => {
  const [volume, camera, settings] = [await goldenVolume(seed), goldenCamera(name), await goldenSettings()];
  const view = await renderGpu(device, volume, camera, 16, settings);
  const expected = (array: string) => goldenTensorOf('tiny_main', `z${seed}.${name}.${array}`).data;
  expectClose(view.features, expected('features'), tolerance('features'), 'features');
  expectClose(view.depth, expected('depth'), tolerance('image_depth'), 'depth');
  expectClose(view.alpha, renderTwin(volume, camera, 16, settings).alpha, tolerance('features'), 'alpha');
});

test.each(variants.map((variant) => [variant.name, variant] as const))('the kernels, %s', async (name, variant) => {
  const { changes, resolution, camera } = variant;
  const [volume, settings] = [await goldenVolume(0), await goldenSettings(changes)];
  const view = await renderGpu(device, volume, camera, resolution, settings);
  const expected = (array: string) => goldenTensorOf('tiny_variants', `${name}.${array}`).data;
  const within = (quantity: string) => tolerance(`variant.${name}.${quantity}`);
  const features = strided({ dims: [32, resolution, resolution], data: view.features }, [1, 4, 4]).data;
  expectClose(features, expected('features_stride4'), within('features'), 'features');
  expectClose(view.features.subarray(0, 3 * resolution ** 2), expected('image_raw'), within('image_raw'), 'image_raw');
  expectClose(view.depth, expected('depth'), within('image_depth'), 'depth');
  const { alpha } = renderTwin(volume, camera, resolution, settings);
  expectClose(view.alpha, alpha, within('features'), 'alpha');
});
