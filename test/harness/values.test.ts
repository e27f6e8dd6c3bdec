import { describe, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { expectClose, maxAbs, relRms } from './compare.js';
import { readNpz } from './npz.js';

describe('expectClose', () => {
  test('measures the largest and the mean difference', () => {
    expect(maxAbs([1, 2, 3], [1, 2.5, 3])).toBe(0.5);
    expect(relRms([3, 4], [3, 3])).toBeCloseTo(Math.sqrt(1 / 18), 12);
    expect(() => expectClose([1, 2], [1, 2.001], 0.01, 'near')).not.toThrow();
    expect(() => expectClose([1, 2], [1, 2.001], { relRms: 0.01 }, 'near')).not.toThrow();
  });

  test('names the worst place', () => {
    expect(() => expectClose([1, 2, 9], [1, 2.5, 3], 0.1, 'far')).toThrow(/^far: .*worst at 2 of 3: 9 against 3/);
    expect(() => expectClose([1], [1, 2], 0.1, 'short')).toThrow('short: 1 values against 2 expected.');
  });

  test('passes a NaN only where one is expected', () => {
    expect(() => expectClose([NaN, Infinity], [NaN, Infinity], 0, 'same')).not.toThrow();
    expect(() => expectClose([NaN], [0], 1e9, 'NaN')).toThrow('NaN against 0');
    expect(() => expectClose([0], [NaN], { relRms: 1e9 }, 'number')).toThrow('0 against NaN');
    expect(() => expectClose([NaN], [0], {}, 'unbounded')).toThrow('NaN against 0');
  });
});

describe('readNpz', () => {
  const npy = (type: string, shape: string, data: ArrayBufferView): Uint8Array => {
    const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const prefix = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0];
    return Uint8Array.from([...prefix, ...new TextEncoder().encode(header), ...bytes]);
  };

  test('reads every type as floats', () => {
    const arrays = readNpz(
      zipSync({
        'half.npy': npy('<f2', '4,', Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x7c00)),
        'float.npy': npy('<f4', '2, 1', Float32Array.of(0.5, -3)),
        'integer.npy': npy('<i8', '', BigInt64Array.of(-7n)),
      }),
    );
    expect(arrays.get('half')).toEqual({ dims: [4], data: Float32Array.of(1, -2.5, 2 ** -24, Infinity) });
    expect(arrays.get('float')).toEqual({ dims: [2, 1], data: Float32Array.of(0.5, -3) });
    expect(arrays.get('integer')).toEqual({ dims: [], data: Float32Array.of(-7) });
  });

  test('refuses what it does not know', () => {
    expect(() => readNpz(zipSync({ 'text.npy': npy('<U4', '1,', new Uint8Array(16)) }))).toThrow('<U4');
  });
});
