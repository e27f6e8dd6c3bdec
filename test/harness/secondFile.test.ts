import { expect, test } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { addVectors } from './addVectors.js';
import { identityModel } from './identityModel.js';

// Its twins are in harness.test.ts and onnxruntime.test.ts: what breaks is the second file of one worker process.

test('a kernel runs in the second test file of a process too', async () => {
  expect(await addVectors(Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6))).toEqual(Float32Array.of(5, 7, 9));
});

test('onnxruntime-node runs in the second test file of a process too', async () => {
  const session = await ort.InferenceSession.create(identityModel());
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(7), [1]) });
  expect(y?.data).toEqual(Float32Array.of(7));
  await session.release();
});
