import { expect, test } from '@jest/globals';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { manifest } from './manifest.js';

const { seed, samples } = manifest.hash;

test('the manifest has eleven samples', () => {
  expect(samples).toHaveLength(11);
});

test.each(samples.map((sample) => [sample.name, sample.index, sample] as const))('%s[%d]', (name, index, sample) => {
  const key = hashKey(`${seed}:${name}`);
  expect(key.toString(16)).toBe(sample.name_hash_hex);
  const u = hashUniform(key, index);
  expect(u * 2 ** 32 - 0.5).toBe(sample.u32);
  expect(Math.fround(sample.mean + sample.std * 1.7320508075688772 * (2 * u - 1))).toBe(sample.value_f32);
});

test('indices wrap at 32 bits, names are UTF-8', () => {
  const key = hashKey('stream');
  expect(hashUniform(key, 2 ** 32 + 5)).toBe(hashUniform(key, 5));
  // FNV-1a of the bytes c3 a9, by hand.
  const step = (h: number, byte: number) => Math.imul(h ^ byte, 0x01000193);
  expect(hashKey('é')).toBe(step(step(0x811c9dc5, 0xc3), 0xa9) >>> 0);
});
