import { describe, expect, test } from '@jest/globals';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { encodePng } from '../../runtime/core/bitmap.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import { encodeProxy, readProxy } from '../../runtime/proxy/proxyFile.js';

const vertices = 10;
const morph = new Float32Array(vertices * 3);
morph.set([0.01, -0.02, 0.003], 9 * 3);
morph.set([0.004, 0, 0], 0);
const proxy: HeadProxy = {
  baseHash: 'ab'.repeat(32),
  positions: Float32Array.from({ length: vertices * 3 }, (_, i) => Math.sin(i)),
  normals: Float32Array.from({ length: vertices * 3 }, (_, i) => (i % 3 === 1 ? 0.6 : i % 3 === 2 ? -0.8 : 0)),
  uvs: Float32Array.from({ length: vertices * 2 }, (_, i) => i / 20),
  indices: Uint32Array.of(0, 1, 2, 7, 8, 9),
  texture: Uint8Array.from(encodePng({ width: 2, height: 2, data: new Uint8Array(16).fill(200) })),
  morphs: new Map([
    ['jawOpen', morph],
    ['eyeBlinkLeft', new Float32Array(vertices * 3)],
  ]),
};
const bytes = encodeProxy(proxy);
const read = (file: Uint8Array) => readProxy(bytesSource(file));

/** The file with another header of the same length. */
function edited(change: (header: string) => string): Uint8Array {
  const copy = bytes.slice();
  const length = Number(new DataView(copy.buffer).getBigUint64(0, true));
  const header = change(new TextDecoder().decode(copy.subarray(8, 8 + length)));
  expect(header.length).toBe(length);
  copy.set(new TextEncoder().encode(header), 8);
  return copy;
}

/** Where in the file a tensor's byte is. */
function placeOf(name: string, byte: number): number {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  return 8 + length + header[name]!.data_offsets[0] + byte;
}

/** The file with one byte of a tensor changed. */
function damaged(name: string, byte: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[placeOf(name, byte)] = value;
  return copy;
}

test('what is written reads back', async () => {
  const back = await readProxy(bytesSource(bytes), { hash: proxy.baseHash });
  expect(back.baseHash).toBe(proxy.baseHash);
  expect(back.positions).toEqual(proxy.positions);
  expect(back.uvs).toEqual(proxy.uvs);
  expect(back.indices).toEqual(proxy.indices);
  expect(back.texture).toEqual(proxy.texture);
  back.normals.forEach((value, i) => expect(Math.abs(value - proxy.normals[i]!)).toBeLessThan(0.005));
  expect([...back.morphs.keys()]).toEqual(['jawOpen', 'eyeBlinkLeft']);
  // Half a step of 127 in the largest displacement.
  back.morphs
    .get('jawOpen')!
    .forEach((value, i) => expect(Math.abs(value - morph[i]!)).toBeLessThanOrEqual(0.02 / 253));
  expect(back.morphs.get('eyeBlinkLeft')!.every((value) => value === 0)).toBe(true);
  expect(encodeProxy(back)).toEqual(bytes);
});

test('another base’s proxy is refused', async () => {
  await expect(readProxy(bytesSource(bytes), { hash: 'cd'.repeat(32) })).rejects.toMatchObject({ code: 'asset/base' });
});

describe('damage is refused', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /expected a proxy \(safetensors\), got an empty file/],
    ['another kind of file', new Uint8Array(100).fill(65), /expected a proxy \(safetensors\), got another kind/],
    ['cut short', bytes.slice(0, -4), /The file is cut short or damaged/],
    [
      'another format',
      edited((header) => header.replace('head/proxy', 'head/proxi')),
      /expected format "personalized-head\/proxy"/,
    ],
    [
      'another version',
      edited((header) => header.replace('"version":"1"', '"version":"9"')),
      /expected version 1, got 9/,
    ],
    ['no hash', edited((header) => header.replace('abab', 'ab-b')), /expected its base's hash/],
    [
      'no positions',
      edited((header) => header.replace('"positions"', '"positionz"')),
      /expected a tensor positions, got none/,
    ],
    [
      'a missing morph',
      edited((header) => header.replace('morph.jawOpen.mask', 'morph.jawOpen.musk')),
      /morph\.jawOpen\.mask: expected dtype U8, got no such tensor/,
    ],
    [
      'no list of morphs',
      edited((header) => header.replace('[\\"jawOpen', '{\\"jawOpen')),
      /expected a list of morphs/,
    ],
    ['an index too large', damaged('indices', 0, 200), /expected indices below 10, got 200/],
    ['a bit too many', damaged('morph.jawOpen.mask', 0, 3), /expected morph jawOpen to move some of 10 vertices/],
    ['a bit behind the end', damaged('morph.jawOpen.mask', 1, 4), /expected morph jawOpen to move some of 10 vertices/],
    ['no PNG', damaged('texture', 1, 0), /expected a PNG texture/],
  ])('%s', async (_name, file, message) => {
    await expect(read(file)).rejects.toThrow(message);
    await expect(read(file)).rejects.toMatchObject({ name: 'AssetError' });
  });
});

test('numbers that are not finite are refused', async () => {
  const file = damaged('positions', 3, 0x7f);
  file[placeOf('positions', 2)] = 0xff;
  await expect(read(file)).rejects.toMatchObject({ name: 'NumericError' });
});

test('a proxy that is none is not written', () => {
  expect(() => encodeProxy({ ...proxy, normals: new Float32Array(3) })).toThrow(
    'expected normals [10, 3], got 3 numbers',
  );
  expect(() => encodeProxy({ ...proxy, indices: Uint32Array.of(0, 1, 10) })).toThrow(
    'expected indices below 10, got 10',
  );
  expect(() => encodeProxy({ ...proxy, positions: proxy.positions.map(() => NaN) })).toThrow(
    /not finite|finite number/,
  );
  expect(() => encodeProxy({ ...proxy, morphs: new Map([['a', new Float32Array(3)]]) })).toThrow('expected a [10, 3]');
});
