import { describe, expect, test } from '@jest/globals';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { keyTwice } from '../../runtime/checkpoint/safetensors/jsonKeys.js';
import { openSafetensors } from '../../runtime/checkpoint/safetensors/safetensors.js';
import { encodeValues, planSafetensors } from '../../runtime/checkpoint/safetensors/safetensorsEncode.js';
import { decodeBfloat16, encodeBfloat16, encodeHalf } from '../../runtime/core/half.js';

function file(header: unknown, data = new Uint8Array(64)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

test('F32, F16 and BF16 at odd places, a scalar, an empty tensor', async () => {
  const values = Float32Array.of(1.5, -2, 3);
  const data = new Uint8Array(64);
  data.set(new Uint8Array(values.buffer), 1);
  data.set(new Uint8Array(encodeHalf(values).buffer), 13);
  data.set(new Uint8Array(encodeBfloat16(values).buffer), 19);
  const header = {
    __metadata__: { note: 'hello' },
    a: f32(1, 13),
    b: { dtype: 'F16', shape: [3, 1], data_offsets: [13, 19] },
    c: { dtype: 'BF16', shape: [3], data_offsets: [19, 25] },
    d: f32(33, 37, []),
    e: f32(25, 25, [0, 4]),
    f: { dtype: 'I64', shape: [1], data_offsets: [25, 33] },
  };
  const { entries, metadata } = await openSafetensors(bytesSource(file(header, data)));
  expect(metadata.get('note')).toBe('hello');
  expect((await entries.get('a')!.read()).data).toEqual(values);
  expect(await entries.get('b')!.read()).toEqual({ dims: [3, 1], data: values });
  expect((await entries.get('c')!.read()).data).toEqual(decodeBfloat16(encodeBfloat16(values)));
  expect(await entries.get('d')!.read()).toEqual({ dims: [], data: Float32Array.of(0) });
  expect((await entries.get('e')!.read()).data.length).toBe(0);
  await expect(entries.get('f')!.read()).rejects.toThrow('f: expected dtype F32, F16 or BF16, got I64.');
});

describe('bad headers', () => {
  const long = new Uint8Array(16);
  new DataView(long.buffer).setBigUint64(0, 2n ** 62n, true);
  test.each<[string, Uint8Array, RegExp]>([
    ['a huge length', long, /header: expected at most/],
    ['no JSON', file('{"a":'), /header: expected JSON/],
    ['a list', file('[1]'), /header: expected an object/],
    ['past the end', file({ a: f32(0, 80) }), /a: expected values up to byte/],
    ['a wrong size', file({ a: f32(0, 16, [5]) }), /a: expected 20 bytes for F32 \[5\], got 16/],
    ['a negative size', file({ a: f32(0, 16, [-4]) }), /a: expected a shape/],
    ['a broken size', file({ a: f32(0, 16, [2.5]) }), /a: expected a shape/],
    ['backward offsets', file({ a: f32(16, 0, [4]) }), /a: expected data_offsets/],
    ['an overlap', file({ a: f32(0, 16), b: f32(12, 20) }), /b: expected a place of its own, got that of a/],
    ['no dtype', file({ a: { dtype: '?', shape: [1], data_offsets: [0, 4] } }), /a: expected a dtype/],
    [
      'a name twice',
      file(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      ),
      /safetensors a: expected every name once/,
    ],
    ['no fields', file({ a: 3 }), /a: expected an object/],
    ['metadata that is no text', file({ __metadata__: { a: 3 } }), /__metadata__.a: expected a text/],
    ['too short', new Uint8Array(5), /expected 8 more bytes/],
  ])('%s', async (_name, bytes, message) => {
    await expect(openSafetensors(bytesSource(bytes))).rejects.toThrow(message);
    await expect(openSafetensors(bytesSource(bytes))).rejects.toMatchObject({ name: 'AssetError' });
  });
});

test.each([
  ['F8_E4M3', 1, 1],
  ['F8_E8M0', 1, 1],
  ['F4', 2, 1],
  ['F6_E2M3', 4, 3],
  ['C64', 1, 8],
  ['F99', 1, 5],
])('a weight is read beside a tensor of %s, which fails only where it is asked for', async (dtype, count, bytes) => {
  const scale = { dtype, shape: [count], data_offsets: [4, 4 + bytes] };
  const one = new Uint8Array(Float32Array.of(1, 0, 0).buffer);
  const { entries, counters } = await openSafetensors(bytesSource(file({ weight: f32(0, 4), scale }, one)));
  expect((await entries.get('weight')!.read()).data).toEqual(Float32Array.of(1));
  expect(counters.size).toBe(0);
  await expect(entries.get('scale')!.read()).rejects.toMatchObject({ code: 'asset/dtype' });
});

test('names that stand twice are found at any depth, and no others', () => {
  const objects = ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', '{"a":":{","b":"a"}', '[]', '"a"'];
  expect(objects.map(keyTwice)).toEqual([null, null, null, null]);
  expect(['{"a":1,"a":2}', '{"x":{"\\u0061\\"":1,"a\\"":2}}'].map(keyTwice)).toEqual(['a', 'a"']);
});

test.each(['F32', 'F16'] as const)('what is encoded as %s reads back', async (dtype) => {
  const tensors = [
    { name: 'z', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    { name: '__proto__', dims: [], data: Float32Array.of(-0.5) },
    { name: 'ä', dims: [0], data: new Float32Array(0) },
  ];
  const plan = planSafetensors(tensors, dtype, new Map([['note', 'ü "quoted"\n']]));
  const bytes = new Uint8Array(plan.size);
  bytes.set(plan.header);
  for (const tensor of tensors) bytes.set(encodeValues(tensor.name, tensor, dtype), plan.offsets.get(tensor.name));
  const { entries, metadata } = await openSafetensors(bytesSource(bytes));
  expect(metadata).toEqual(new Map([['note', 'ü "quoted"\n']]));
  for (const { name, dims, data } of tensors) expect(await entries.get(name)!.read()).toEqual({ dims, data });
});
