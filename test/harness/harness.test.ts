import { expect, test } from '@jest/globals';
import { addVectors } from './addVectors.js';
import { expectNoGpuErrors, testDevice } from './gpu.js';

test('a kernel adds two vectors of odd length', async () => {
  const a = Float32Array.from({ length: 1003 }, (_, i) => i);
  const b = Float32Array.from({ length: 1003 }, (_, i) => 0.5 * i);
  expect(await addVectors(a, b)).toEqual(Float32Array.from({ length: 1003 }, (_, i) => 1.5 * i));
});

test('a device has the largest limits of its adapter', async () => {
  const device = await testDevice();
  expect(device.limits.maxComputeInvocationsPerWorkgroup).toBeGreaterThanOrEqual(256);
  expect(device.limits.maxBufferSize).toBeGreaterThan(256 * 1024 * 1024);
});

test('an uncaught WebGPU error fails the test', async () => {
  const device = await testDevice();
  device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  await expect(expectNoGpuErrors()).rejects.toThrow(/WebGPU reported:[^]*MapRead/);
  await expectNoGpuErrors();
});

test('a device that a test destroyed itself is no error', async () => {
  const device = await testDevice();
  device.destroy();
  await device.lost;
  await expectNoGpuErrors();
});
