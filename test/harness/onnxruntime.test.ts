import { expect, test } from '@jest/globals';
import * as ortNode from 'onnxruntime-node';
import * as ortWeb from 'onnxruntime-web/webgpu';
import { testDevice } from './gpu.js';
import { identityModel } from './identityModel.js';

test('onnxruntime-node runs a session on the CPU', async () => {
  const session = await ortNode.InferenceSession.create(identityModel());
  const x = Float32Array.of(1, -2, 3);
  const { y } = await session.run({ x: new ortNode.Tensor('float32', x, [3]) });
  expect(y).toBeInstanceOf(ortNode.Tensor);
  expect(y?.data).toEqual(x);
  await session.release();
});

test('onnxruntime-web runs a session on a device it was given', async () => {
  const device = await testDevice();
  // The typings of 1.30 lack the option's device, though it is the only way to give one.
  const webgpu = { name: 'webgpu', device } as ortWeb.InferenceSession.WebGpuExecutionProviderOption;
  const session = await ortWeb.InferenceSession.create(identityModel(), {
    executionProviders: [webgpu],
    preferredOutputLocation: 'gpu-buffer',
  });
  const x = Float32Array.of(1, -2, 3);
  const { y } = await session.run({ x: new ortWeb.Tensor('float32', x, [3]) });
  expect(await y?.getData()).toEqual(x);
  await session.release();
});
