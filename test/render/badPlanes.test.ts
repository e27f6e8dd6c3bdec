import { beforeAll, describe, expect, test } from '@jest/globals';
import { HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Volume } from '../../runtime/render/cpuRenderer.js';
import { GpuRenderer } from '../../runtime/render/gpu/gpuRenderer.js';
import { asPlanes } from '../../runtime/render/volume.js';
import { testDevice } from '../harness/gpu.js';
import { gpuRenderer, renderGpu } from './gpuStages.js';
import { oddCamera, oddSettings, oddVolume } from './oddScene.js';

let device: GPUDevice;

beforeAll(async () => {
  device = await testDevice();
});

const planesOf = (...dims: number[]): Tensor => ({
  dims,
  data: new Float32Array(dims.reduce((product, size) => product * size, 1)),
});

describe.each([
  ['without rows', planesOf(15, 0, 3)],
  ['without columns', planesOf(15, 3, 0)],
  ['of other channels', planesOf(12, 3, 3)],
  ['without sizes', planesOf(45)],
  ['of two heads', planesOf(2, 15, 3, 3)],
])('planes %s', (_, planes) => {
  test('the kernels refuse them', async () => {
    const renderer = await gpuRenderer(device, oddVolume(), oddSettings);
    expect(() => renderer.setPlanes(planes)).toThrow(ShapeError);
    expect(() => renderer.setPlanes(planes)).toThrow('expected [3, 5, H, W]');
    // What was there before still is.
    expect((await renderer.read(renderer.render(oddCamera, 2))).depth).toHaveLength(4);
    renderer.dispose();
  });

  test('the twin refuses them', () => {
    expect(() => asPlanes(planes, 5)).toThrow(ShapeError);
  });
});

test('no planes yet', async () => {
  const { decoder, projection } = oddVolume();
  const renderer = await GpuRenderer.create(device, decoder, projection, oddSettings);
  expect(() => renderer.render(oddCamera, 4)).toThrow(HeadError);
  expect(() => renderer.render(oddCamera, 4)).toThrow('Call setPlanes first');
  renderer.dispose();
});

test('more channels than the decoder makes', async () => {
  const making = gpuRenderer(device, oddVolume(), { ...oddSettings, channels: 4 });
  await expect(making).rejects.toThrow(ShapeError);
  await expect(making).rejects.toThrow('4 channels asked for, the decoder makes 3');
});

describe('numbers that are not finite', () => {
  const filled = (value: number): Volume => {
    const volume = oddVolume();
    return { ...volume, planes: { ...volume.planes, data: new Float32Array(volume.planes.data.length).fill(value) } };
  };
  const weighted = (name: 'w1' | 'b1' | 'w2' | 'b2', index: number, value: number): Volume => {
    const { decoder, ...volume } = oddVolume();
    const changed = decoder[name].map((old, i) => (i === index ? value : old));
    return { ...volume, decoder: { ...decoder, [name]: changed } };
  };

  test.each([
    ['planes of NaN', filled(NaN)],
    ['planes of infinity', filled(Infinity)],
    ['a first weight', weighted('w1', 3, NaN)],
    ['a first bias', weighted('b1', 0, NaN)],
    ['a density weight', weighted('w2', 0, NaN)],
    ['a colour weight', weighted('w2', 9 + 4, NaN)],
    ['a colour bias', weighted('b2', 2, NaN)],
  ])('%s', async (_, volume) => {
    const view = renderGpu(device, volume, oddCamera, 5, oddSettings);
    await expect(view).rejects.toThrow(NumericError);
    await expect(view).rejects.toThrow(/of 25 rays are NaN or infinite/);
  });

  test('a renderer that met some goes on with better planes', async () => {
    const renderer = await gpuRenderer(device, filled(NaN), oddSettings);
    await expect(renderer.read(renderer.render(oddCamera, 5))).rejects.toThrow(NumericError);
    renderer.setPlanes(oddVolume().planes);
    expect((await renderer.read(renderer.render(oddCamera, 5))).features.every(Number.isFinite)).toBe(true);
    renderer.dispose();
  });
});
