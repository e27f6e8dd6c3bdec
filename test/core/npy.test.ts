import { describe, expect, test } from '@jest/globals';
import { AssetError } from '../../runtime/core/errors.js';
import { decodeNpy, encodeNpy } from '../../runtime/core/npy.js';
import { readNpz } from '../harness/npz.js';
import { zipSync } from 'fflate';

const sizes: number[][] = [[3], [2, 3], [1, 2, 3, 2], [], [0]];

function ramp(dims: readonly number[]) {
  const count = dims.reduce((product, size) => product * size, 1);
  return { dims, data: Float32Array.from({ length: count }, (_, i) => i / 3 - 1) };
}

/** A file of any header. */
function file(header: string, data: ArrayBufferView, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length, 0] : [text.length, 0, 0, 0];
  const magic = [0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...length];
  return Uint8Array.from([...magic, ...text, ...new Uint8Array(data.buffer)]);
}

const header = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

describe('round trip', () => {
  test.each(sizes.map((dims) => [dims.join(' x '), dims] as const))('[%s]', (_, dims) => {
    const written = ramp(dims);
    expect(decodeNpy(encodeNpy(written), 'file')).toEqual(written);
  });

  test('another reader agrees, and the data is aligned as numpy wants it', () => {
    const bytes = encodeNpy(ramp([2, 5]));
    expect(readNpz(zipSync({ 'a.npy': bytes })).get('a')).toEqual(ramp([2, 5]));
    expect((bytes.length - 40) % 64).toBe(0);
  });

  test('a view into a larger buffer is written alone', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(decodeNpy(encodeNpy({ dims: [2], data }), 'file').data).toEqual(Float32Array.of(1, 2));
  });
});

test('reads float64 and the long header of versions 2 and 3', () => {
  const data = Float64Array.of(0.5, -2);
  expect(decodeNpy(file(header('<f8', '2,'), data), 'file').data).toEqual(Float32Array.of(0.5, -2));
  expect(decodeNpy(file(header('<f8', '1, 2'), data, 2), 'file').dims).toEqual([1, 2]);
});

describe('damaged files', () => {
  const good = encodeNpy(ramp([4]));
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(0), /no \.npy file/],
    ['foreign', new TextEncoder().encode('<!doctype html><html>'), /no \.npy file/],
    ['cut in the header', good.slice(0, 40), /header|expected/],
    ['cut in the data', good.slice(0, good.length - 1), /expected 4 values/],
    ['in Fortran order', file(header('<f4', '2, 2', 'True'), new Float32Array(4)), /Fortran order/],
    ['of integers', file(header('<i4', '2,'), new Int32Array(2)), /of <i4/],
    ['big-endian', file(header('>f4', '2,'), new Float32Array(2)), /of >f4/],
    ['of sizes that are no numbers', file(header('<f4', "2, 'x'"), new Float32Array(4)), /has the sizes \(2, 'x'\)/],
    ['of negative sizes', file(header('<f4', '-2, -2'), new Float32Array(4)), /has the sizes \(-2, -2\)/],
    ['of sizes beyond the file', file(header('<f4', '4294967296, 4294967296'), new Float32Array(4)), /expected/],
  ];

  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => decodeNpy(bytes, 'face.npy')).toThrow(AssetError);
    expect(() => decodeNpy(bytes, 'face.npy')).toThrow(message);
    expect(() => decodeNpy(bytes, 'face.npy')).toThrow('face.npy');
  });
});
