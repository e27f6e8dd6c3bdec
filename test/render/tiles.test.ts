import { beforeAll, expect, test } from '@jest/globals';
import { DeviceError } from '../../runtime/core/errors.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { renderTwin } from './goldenScene.js';
import { gpuRenderer, renderGpu } from './gpuStages.js';
import { oddCamera, oddSettings, oddVolume } from './oddScene.js';

let device: GPUDevice;

beforeAll(async () => {
  device = await testDevice();
});

/** The device as one would be whose bindings are this small; none is allowed to be. */
function withBindingSize(bytes: number): GPUDevice {
  return new Proxy(device, {
    get(target, key) {
      if (key === 'limits') {
        const { maxBufferSize, minUniformBufferOffsetAlignment } = target.limits;
        return { maxBufferSize, minUniformBufferOffsetAlignment, maxStorageBufferBindingSize: bytes };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const side = 65;
// Room for the rays of the image (32 bytes each), not for its samples (68 bytes a ray).
const small = side * side * 32;
const settings = { ...oddSettings, jitter: { seed: 'tiles' } };

test('an image in several tiles is the image in one', async () => {
  const volume = oddVolume();
  const tiled = await gpuRenderer(withBindingSize(small), volume, settings);
  const view = await tiled.read(tiled.render(oddCamera, side));
  const { tileRays, rayCount } = tiled.workspace.tiling;
  tiled.dispose();
  expect(Math.ceil(rayCount / tileRays)).toBe(3);
  expect(rayCount % tileRays).not.toBe(0);

  const whole = await renderGpu(device, volume, oddCamera, side, settings);
  expectClose(view.features, whole.features, 0, 'features');
  expectClose(view.depth, whole.depth, 0, 'depth');
  expectClose(view.alpha, whole.alpha, 0, 'alpha');
  expectClose(view.features, renderTwin(volume, oddCamera, side, settings).features, 2e-5, 'against the twin');
});

test('one renderer at several sizes', async () => {
  const renderer = await gpuRenderer(device, oddVolume(), settings);
  const first = await renderer.read(renderer.render(oddCamera, 13));
  for (const resolution of [1, 20, 13]) {
    const view = await renderer.read(renderer.render(oddCamera, resolution));
    expect(view.depth).toHaveLength(resolution ** 2);
    if (resolution === 13) expect(view).toEqual(first);
  }
  renderer.dispose();
});

test('planes of another size, and planes that are on the device already', async () => {
  const renderer = await gpuRenderer(device, oddVolume(), settings);
  renderer.render(oddCamera, 13);
  const { planes } = oddVolume({ height: 4, width: 6 });
  renderer.setPlanes(planes);
  const uploaded = await renderer.read(renderer.render(oddCamera, 13));
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: planes.data.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, planes.data as Float32Array<ArrayBuffer>);
  renderer.setPlanes(oddVolume().planes);
  renderer.setPlanes({ buffer, dims: [1, 15, 4, 6] });
  expect(await renderer.read(renderer.render(oddCamera, 13))).toEqual(uploaded);
  buffer.destroy();
  renderer.dispose();
});

test('not even a workgroup of rays fits', async () => {
  const tight = withBindingSize(4096);
  const creating = gpuRenderer(tight, oddVolume(), settings);
  const renderer = await creating;
  expect(() => renderer.render(oddCamera, 1)).toThrow(DeviceError);
  expect(() => renderer.render(oddCamera, 1)).toThrow('17 samples a ray do not fit 4096 bytes');
  renderer.dispose();
});
