import { expect, test } from '@jest/globals';
import { resizeMatrix } from '../../runtime/network/resize.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf } from './runGraph.js';

/** M x M^T, in float64. */
function resize(x: ArrayLike<number>, from: number, to: number, antialias: boolean): Float64Array {
  const m = resizeMatrix(from, to, antialias);
  const rows = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    for (let j = 0; j < from; j++) {
      for (let k = 0; k < from; k++) rows[i * from + j]! += m[i * from + k]! * x[k * from + j]!;
    }
  }
  const out = new Float64Array(to * to);
  for (let i = 0; i < to; i++) {
    for (let j = 0; j < to; j++) {
      for (let k = 0; k < from; k++) out[i * to + j]! += rows[i * from + k]! * m[j * from + k]!;
    }
  }
  return out;
}

// Float32 weights times values of at most 3.
const within = 1e-6;

test.each([3, 4, 5, 7, 12, 16].flatMap((size) => [0, 1].map((antialias) => [size, antialias] as const)))(
  'from 7 to %d, antialias %d',
  (size, antialias) => {
    const x = goldenTensorOf('ops', 'xi').data;
    const expected = goldenTensorOf('ops', `interp_${size}_aa${antialias}`).data;
    expectClose(resize(x, 7, size, antialias === 1), expected, within, 'resized');
  },
);

test('the features of the super-resolution', () => {
  const features = goldenTensorOf('tiny_main', 'z0.A.features').data;
  const expected = goldenTensorOf('tiny_intermediates', 'z0.sr.in.x').data;
  for (let c = 0; c < 32; c++) {
    const out = resize(features.subarray(c * 256, (c + 1) * 256), 16, 32, true);
    expectClose(out, expected.subarray(c * 1024, (c + 1) * 1024), tolerance('sr.in.x'), `channel ${c}`);
  }
});

test('rows sum to 1, one pixel included', () => {
  for (const [from, to] of [
    [1, 5],
    [5, 1],
    [9, 4],
    [3, 3],
  ] as const) {
    for (const antialias of [false, true]) {
      const m = resizeMatrix(from, to, antialias);
      const sums = Array.from({ length: to }, (_, i) => m.subarray(i * from, (i + 1) * from).reduce((a, b) => a + b));
      expectClose(
        sums,
        sums.map(() => 1),
        1e-6,
        `${from} to ${to}`,
      );
    }
  }
  expect(resizeMatrix(3, 3, true)).toEqual(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
});
