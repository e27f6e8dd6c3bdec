import { describe, expect, test } from '@jest/globals';
import { decode } from '../../runtime/render/decoder.js';
import { importanceDepths } from '../../runtime/render/importance.js';
import { marchWeights } from '../../runtime/render/marcher.js';
import { packTexels, sampleTriplane } from '../../runtime/render/triplane.js';
import { asPlanes, decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';

const op = (name: string) => goldenTensorOf('ops', name).data;

/** The goldens' rounding to float32, at values of at most 10. */
const within = 1e-6;

const stored = op('plane_axes');
const axes = [0, 9, 18].map((plane) => [0, 3, 6].map((row) => [...stored.slice(plane + row, plane + row + 3)]));
const points = Array.from(
  { length: 40 },
  (_, i) => [...op('coords').slice(3 * i, 3 * i + 3)] as [number, number, number],
);

describe('planes', () => {
  test('projection', () => {
    const projection = planeProjection(axes);
    const dot = (row: readonly number[], point: readonly number[]) =>
      row.reduce((sum, value, i) => sum + value * point[i]!, 0);
    const projected = projection.flatMap((rows) => points.flatMap((point) => rows.map((row) => dot(row, point))));
    expectClose(projected, op('project'), within, 'projected');
  });

  test('projection by matrices that are no permutations', () => {
    const turned = [
      [0.6, 0.8, 0],
      [-0.8, 0.6, 0],
      [0, 0, 2],
    ];
    const sheared = [
      [1, 0, 0],
      [0.5, 1, 0],
      [0, 0, 1],
    ];
    const [rotated, skewed] = planeProjection([turned, sheared, axes[0]!]);
    // Row vector times inverse: a rotation's inverse is its transpose.
    expectClose(rotated!.flat(), [0.6, 0.8, 0, -0.8, 0.6, 0], 1e-12, 'rotated');
    expectClose(skewed!.flat(), [1, -0.5, 0, 0, 1, 0], 1e-12, 'sheared');
  });

  test('a matrix without an inverse', () => {
    const flat = [
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ];
    expect(() => planeProjection([axes[0]!, flat, axes[2]!])).toThrow(ShapeError);
    expect(() => planeProjection([axes[0]!, flat, axes[2]!])).toThrow('planeAxes[1]');
  });

  test.each([
    ['1', 1],
    ['1.6', 1.6],
  ])('mean of the three lookups, box %s', (name, boxWarp) => {
    const texels = packTexels(asPlanes(goldenTensorOf('ops', 'planes', [6, 4, 5]), 2));
    const each = op(`sample_from_planes_bw${name}`);
    const out = new Float64Array(2);
    points.forEach(([x, y, z], i) => {
      sampleTriplane(texels, planeProjection(axes), boxWarp, x, y, z, out);
      const mean = [0, 1].map((c) => [0, 1, 2].reduce((sum, plane) => sum + each[(plane * 40 + i) * 2 + c]! / 3, 0));
      expectClose(out, mean, within, `point ${i}`);
    });
  });
});

test('decoder', async () => {
  const decoder = decoderOf(await tinyBase());
  const [input, colors, hidden] = [op('decin'), new Float64Array(32), new Float64Array(64)];
  for (let i = 0; i < 6; i++) {
    const mean = Float64Array.from({ length: 32 }, (_, c) => {
      return [0, 1, 2].reduce((sum, plane) => sum + input[(plane * 6 + i) * 32 + c]! / 3, 0);
    });
    const density = decode(decoder, mean, colors, hidden);
    expectClose([density], [op('decoder_sigma')[i]!], 1e-5, `density ${i}`);
    expectClose(colors, op('decoder_rgb').subarray(i * 32, (i + 1) * 32), within, `colours ${i}`);
  }
});

describe.each([0, 1, 2])('ray %d', (ray) => {
  const row = (name: string, length: number) => Float64Array.from(op(name).subarray(ray * length, (ray + 1) * length));

  test('march', () => {
    const weights = new Float64Array(7);
    marchWeights(row('rm.depths', 8), row('rm.densities', 8), weights);
    expectClose(weights, row('rm.weights', 7), within, 'weights');
  });

  test('importance', () => {
    const out = new Float64Array(5);
    importanceDepths(row('rm.weights', 7), row('rm.depths', 8), (n) => n / 4, out);
    // The weights' rounding, over the smallest density of a bin, 0.01.
    expectClose(out, row('rm.importance5', 5), 1e-5, 'depths');
  });
});
