import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { baseHash, expectHash, expectHashOnce } from '../../runtime/checkpoint/base/baseHash.js';
import type { Tensor } from '../../runtime/core/tensor.js';

const weights = (first: number): ReadonlyMap<string, Tensor> =>
  new Map([['a', { dims: [2], data: Float32Array.of(first, 2) }]]);

test('the hash is SHA-256 of a line for each tensor', async () => {
  const values = createHash('sha256')
    .update(new Uint8Array(Float32Array.of(1, 2).buffer))
    .digest('hex');
  const line = `["a",[2],"${values}"]\n`;
  expect(await baseHash(weights(1))).toBe(createHash('sha256').update(line).digest('hex'));
});

test('one flipped bit is noticed, also by the second who asks', async () => {
  const stated = await baseHash(weights(1));
  await expectHash(stated, weights(1));
  const damaged = { hash: stated, tensors: weights(1.0000001) };
  for (let asked = 0; asked < 2; asked++) {
    await expect(expectHashOnce(damaged)).rejects.toMatchObject({ code: 'asset/hash' });
  }
  const sound = { hash: stated, tensors: weights(1) };
  expect(expectHashOnce(sound)).toBe(expectHashOnce(sound));
  await expectHashOnce(sound);
});
