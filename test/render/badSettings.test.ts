import { beforeAll, describe, expect, test } from '@jest/globals';
import { DeviceError, ShapeError } from '../../runtime/core/errors.js';
import { raysFor } from '../../runtime/render/cpuRenderer.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { testDevice } from '../harness/gpu.js';
import { gpuRenderer } from './gpuStages.js';
import { oddCamera, oddSettings, oddVolume } from './oddScene.js';

let device: GPUDevice;

beforeAll(async () => {
  // WebGPU's default, which every device has.
  device = await testDevice({ limits: { maxStorageBufferBindingSize: 2 ** 27 } });
});

test.each([0, -1, 1.5, NaN, Infinity])('an image of side %d', async (side) => {
  expect(() => raysFor(oddCamera, side, oddSettings)).toThrow(ShapeError);
  const renderer = await gpuRenderer(device, oddVolume(), oddSettings);
  expect(() => renderer.render(oddCamera, side)).toThrow(ShapeError);
  expect(() => renderer.render(oddCamera, side)).toThrow(
    `the image side must be a whole number of at least 1, got ${side}`,
  );
  renderer.dispose();
});

describe('settings', () => {
  const cases: [string, Partial<RenderSettings>, string][] = [
    ['no coarse samples', { depthResolution: 0, depthResolutionImportance: 0 }, 'at least 2, got 0'],
    ['one coarse sample', { depthResolution: 1, depthResolutionImportance: 0 }, 'at least 2, got 1'],
    ['three coarse samples for an importance pass', { depthResolution: 3 }, 'at least 4, got 3'],
    ['half a sample', { depthResolution: 7.5 }, 'depthResolution must be a whole number'],
    ['negative fine samples', { depthResolutionImportance: -1 }, 'depthResolutionImportance must be'],
    ['no channels', { channels: 0 }, 'channels must be'],
    ['bounds that are swapped', { rayStart: 3.4, rayEnd: 1.7 }, 'rayStart 3.4 must lie before rayEnd 1.7'],
    ['bounds that are equal', { rayStart: 2, rayEnd: 2 }, 'must lie before'],
    ['a bound of NaN', { rayStart: NaN }, 'must lie before'],
    ['an infinite bound', { rayEnd: Infinity }, 'both finite'],
    ['one automatic bound', { rayStart: 'auto' }, 'both be "auto" or both be numbers'],
    ['the other automatic bound', { rayEnd: 'auto' }, 'both be "auto" or both be numbers'],
    ['no box', { boxWarp: 0 }, 'boxWarp must be a positive number'],
    ['a box of NaN', { boxWarp: NaN }, 'boxWarp must be a positive number'],
    ['disparity from the camera on', { disparitySpaceSampling: true, rayStart: 0 }, 'needs rayStart > 0'],
    ['a least weight of NaN', { minWeight: NaN }, 'minWeight must be 0 or more'],
    ['a negative least weight', { minWeight: -1 }, 'minWeight must be 0 or more'],
  ];

  test.each(cases)('%s', (_, changes, message) => {
    expect(() => renderSettings(oddSettings, 3, { ...oddSettings, ...changes })).toThrow(ShapeError);
    expect(() => renderSettings(oddSettings, 3, { ...oddSettings, ...changes })).toThrow(message);
  });

  test('the fewest that are allowed', () => {
    expect(renderSettings(oddSettings, 3, { depthResolution: 4, depthResolutionImportance: 1 }).channels).toBe(3);
    expect(renderSettings(oddSettings, 3, { depthResolution: 2, depthResolutionImportance: 0 }).minWeight).toBe(0);
  });
});

test('an image too large for the device', async () => {
  const volume = oddVolume({ channels: 1, hidden: 1, colors: 32 });
  const renderer = await gpuRenderer(device, volume, { ...oddSettings, channels: 32 });
  expect(() => renderer.render(oddCamera, 4096)).toThrow(DeviceError);
  expect(() => renderer.render(oddCamera, 4096)).toThrow('maxStorageBufferBindingSize');
  expect(() => renderer.render(oddCamera, 4096)).toThrow(
    '4096 x 4096 with 32 channels is too large: render it smaller',
  );
  expect((await renderer.read(renderer.render(oddCamera, 3))).depth).toHaveLength(9);
  renderer.dispose();
});

test('planes too large for the device', async () => {
  const renderer = await gpuRenderer(device, oddVolume(), oddSettings);
  const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
  expect(() => renderer.setPlanes({ buffer, dims: [15, 4096, 4096] })).toThrow(DeviceError);
  expect(() => renderer.setPlanes({ buffer, dims: [15, 4096, 4096] })).toThrow('maxStorageBufferBindingSize');
  buffer.destroy();
  renderer.dispose();
});
