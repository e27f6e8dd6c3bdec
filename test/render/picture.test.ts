import { expect, test } from '@jest/globals';
import { storageBuffer } from '../../runtime/render/gpu/buffers.js';
import { PicturePainter } from '../../runtime/render/gpu/picturePainter.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { picture } from './pictureTwin.js';

async function pixels(device: GPUDevice, texture: GPUTexture, bytesPerTexel: number): Promise<ArrayBuffer> {
  const { width, height } = texture;
  const bytesPerRow = Math.ceil((width * bytesPerTexel) / 256) * 256;
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ size: bytesPerRow * height, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer: staging, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const rows = new Uint8Array(staging.getMappedRange());
  const packed = new Uint8Array(width * height * bytesPerTexel);
  for (let y = 0; y < height; y++) {
    packed.set(rows.subarray(y * bytesPerRow, y * bytesPerRow + width * bytesPerTexel), y * width * bytesPerTexel);
  }
  staging.destroy();
  return packed.buffer;
}

test.each([
  ['as rendered', 7, 7],
  ['super-resolved', 19, 5],
  ['coarser than its depth', 3, 11],
])('a picture %s is its twin', async (_, colorSide, depthSide) => {
  const device = await testDevice();
  const painter = await PicturePainter.create(device);
  // A fourth channel follows the colours, and some values are beyond what can be shown.
  const colors = Float32Array.from({ length: 4 * colorSide ** 2 }, (__, i) => 1.3 * Math.sin(1.7 * i));
  const surface = Float32Array.from({ length: 2 * depthSide ** 2 }, (__, i) =>
    i % 2 === 0 ? 1 + (i % 7) / 3 : 0.5 + 0.5 * Math.cos(i),
  );
  const upload = (label: string, data: Float32Array<ArrayBuffer>): GPUBuffer => {
    const buffer = storageBuffer(device, label, data.byteLength, '');
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  };
  const texture = (format: GPUTextureFormat, side: number): GPUTexture =>
    device.createTexture({
      format,
      size: [side, side],
      usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC,
    });
  const target = { color: texture('rgba8unorm', colorSide), depth: texture('rg32float', depthSide) };
  painter.paint(
    { colors: upload('colors', colors), colorSide, surface: upload('surface', surface), depthSide },
    target,
  );
  const expected = picture(colors, colorSide, surface, depthSide);
  const bytes = new Uint8Array(await pixels(device, target.color, 4));
  expectClose(
    Float32Array.from(bytes, (value) => value / 255),
    expected.color,
    0.6 / 255,
    'color',
  );
  expectClose(new Float32Array(await pixels(device, target.depth, 8)), expected.depth, 0, 'depth');
  expect(bytes.every((value, i) => value <= bytes[i - (i % 4) + 3]!)).toBe(true);
  painter.dispose();
});
