import { describe, expect, test } from '@jest/globals';
import { ShapeError } from '../../runtime/core/errors.js';
import { broadcastW, mixLatents } from '../../runtime/latent/truncation.js';

const w = Float32Array.of(1, 2, 3);
const wAvg = Float32Array.of(0, 0, 1);

describe('broadcastW', () => {
  test('as it is, untruncated', () => {
    expect(broadcastW(w, 2, wAvg)).toEqual({ dims: [2, 3], data: Float32Array.of(1, 2, 3, 1, 2, 3) });
  });

  test('only the first rows', () => {
    expect(broadcastW(w, 3, wAvg, 0.5, 2).data).toEqual(Float32Array.of(0.5, 1, 2, 0.5, 1, 2, 1, 2, 3));
    expect(broadcastW(w, 2, wAvg, 0, 0).data).toEqual(Float32Array.of(1, 2, 3, 1, 2, 3));
  });

  test('psi 0 is the mean, psi beyond 1 exaggerates', () => {
    expect(broadcastW(w, 1, wAvg, 0).data).toEqual(wAvg);
    expect(broadcastW(w, 1, wAvg, 2).data).toEqual(Float32Array.of(2, 4, 5));
  });

  test.each<[string, Parameters<typeof broadcastW>, string]>([
    ['another width', [Float32Array.of(1), 2, wAvg], 'expected [3], got 1'],
    ['psi of NaN', [w, 2, wAvg, NaN], 'got NaN and 2'],
    ['a cutoff beyond the rows', [w, 2, wAvg, 1, 3], 'cutoff from 0 to 2, got 1 and 3'],
    ['half a row', [w, 2, wAvg, 1, 0.5], 'got 1 and 0.5'],
  ])('%s', (_, given, message) => {
    const call = () => broadcastW(...given);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });
});

describe('mixLatents', () => {
  const [a, b] = [broadcastW(w, 2, wAvg), broadcastW(wAvg, 2, wAvg)];

  test('ends and middle', () => {
    expect(mixLatents(a, b, 0)).toEqual(a);
    expect(mixLatents(a, b, 1)).toEqual(b);
    expect(mixLatents(a, b, 0.5).data).toEqual(Float32Array.of(0.5, 1, 2, 0.5, 1, 2));
  });

  test('latents of two bases', () => {
    const other = broadcastW(w, 3, wAvg);
    expect(() => mixLatents(a, other, 0.5)).toThrow(ShapeError);
    expect(() => mixLatents(a, other, 0.5)).toThrow('6 and 9 numbers');
  });
});
