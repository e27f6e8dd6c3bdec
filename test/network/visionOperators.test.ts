import { describe, expect, test } from '@jest/globals';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import { GraphBuilder, type Value } from '../../runtime/network/graph.js';
import * as vision from '../../runtime/network/visionOperators.js';
import { expectClose } from '../harness/compare.js';
import { runGraph } from './runGraph.js';

const random = (name: string, dims: readonly number[]): Tensor => ({
  dims,
  data: Float32Array.from({ length: sizeOf(dims) }, (_, i) => 2 * hashUniform(hashKey(name), i) - 1),
});

async function run(x: Tensor, build: (g: GraphBuilder, x: Value) => Value): Promise<Tensor> {
  const g = new GraphBuilder('operator');
  g.output('y', build(g, g.input('x', x.dims)));
  return (await runGraph(g.build(), { x })).y!;
}

/** Value of channel c at a place of a picture [1, C, H, W]; undefined outside. */
function at({ dims, data }: Tensor, c: number, row: number, column: number): number | undefined {
  const [, , height, width] = dims as [number, number, number, number];
  if (row < 0 || column < 0 || row >= height || column >= width) return undefined;
  return data[(c * height + row) * width + column]!;
}

/** [1, C, H, W] from a function of its place. */
function picture(dims: readonly number[], value: (c: number, row: number, column: number) => number): Float32Array {
  const [, , height, width] = dims as [number, number, number, number];
  return Float32Array.from({ length: sizeOf(dims) }, (_, i) =>
    value(Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width),
  );
}

/** TensorFlow's SAME by its definition: ceil(size / stride) places, padding split, the odd part at the end. */
function firstPlace(size: number, kernel: number, stride: number): { count: number; start: number } {
  const count = Math.ceil(size / stride);
  return { count, start: -Math.floor(Math.max(0, (count - 1) * stride + kernel - size) / 2) };
}

const shapes: [size: number, kernel: number, stride: number][] = [
  [6, 3, 2],
  [7, 3, 2],
  [6, 5, 2],
  [5, 5, 1],
  [6, 2, 2],
  [7, 2, 2],
  [6, 1, 2],
  [3, 3, 3],
];

describe.each(shapes)('same padding of %i pixels, window %i, stride %i', (size, kernel, stride) => {
  const x = random('picture', [1, 4, size, size + 1]);
  const [rows, columns] = [firstPlace(size, kernel, stride), firstPlace(size + 1, kernel, stride)];
  const options = { stride, padding: 'same' } as const;
  const expected = (channels: number, value: (c: number, row: number, column: number) => number): Float32Array =>
    picture([1, channels, rows.count, columns.count], (c, row, column) =>
      value(c, rows.start + row * stride, columns.start + column * stride),
    );
  const window = Array.from({ length: kernel * kernel }, (_, k) => [Math.floor(k / kernel), k % kernel] as const);

  test.each([1, 4])('convolution in %i groups', async (group) => {
    const weight = random('weight', [8, 4 / group, kernel, kernel]);
    const bias = random('bias', [8]);
    const y = await run(x, (g, v) =>
      vision.windowConv(g, v, g.parameter('w', weight), g.parameter('b', bias), { ...options, group }),
    );
    const wanted = expected(8, (o, top, left) => {
      let sum = bias.data[o]!;
      for (let i = 0; i < 4 / group; i++) {
        const channel = Math.floor(o / (8 / group)) * (4 / group) + i;
        for (const [dy, dx] of window) {
          sum +=
            (at(x, channel, top + dy, left + dx) ?? 0) *
            weight.data[((o * 4) / group + i) * kernel * kernel + dy * kernel + dx]!;
        }
      }
      return sum;
    });
    expect(y.dims).toEqual([1, 8, rows.count, columns.count]);
    expectClose(y.data, wanted, 1e-5, 'convolution');
  });

  test('largest and mean value', async () => {
    const values = (c: number, top: number, left: number): number[] =>
      window.map(([dy, dx]) => at(x, c, top + dy, left + dx)).filter((value) => value !== undefined);
    const largest = await run(x, (g, v) => vision.windowMax(g, v, kernel, options));
    expectClose(
      largest.data,
      expected(4, (c, top, left) => Math.max(...values(c, top, left))),
      0,
      'largest',
    );
    const mean = await run(x, (g, v) => vision.windowMean(g, v, kernel, options));
    const wanted = expected(4, (c, top, left) => {
      const inside = values(c, top, left);
      return inside.reduce((sum, value) => sum + value, 0) / inside.length;
    });
    expectClose(mean.data, wanted, 1e-6, 'mean');
  });
});

describe('other operators', () => {
  const x = random('picture', [1, 3, 4, 5]);

  test('valid padding leaves out what does not fill a window', async () => {
    const y = await run(x, (g, v) => vision.windowMax(g, v, 2, { stride: 2, padding: 'valid' }));
    const wanted = picture([1, 3, 2, 2], (c, row, column) =>
      Math.max(...[0, 1, 2, 3].map((k) => at(x, c, 2 * row + (k >> 1), 2 * column + (k & 1))!)),
    );
    expect(y.dims).toEqual([1, 3, 2, 2]);
    expectClose(y.data, wanted, 0, 'largest');
  });

  test('a doubling convolution spreads every pixel over a block of its own', async () => {
    const [weight, bias] = [random('weight', [3, 2, 2, 2]), random('bias', [2])];
    const y = await run(x, (g, v) => vision.doublingConv(g, v, g.parameter('w', weight), g.parameter('b', bias)));
    const wanted = picture([1, 2, 8, 10], (o, row, column) =>
      [0, 1, 2].reduce(
        (sum, c) =>
          sum + at(x, c, row >> 1, column >> 1)! * weight.data[((c * 2 + o) * 2 + (row & 1)) * 2 + (column & 1)]!,
        bias.data[o]!,
      ),
    );
    expectClose(y.data, wanted, 1e-6, 'doubled');
  });

  test('resizing repeats edges, and counts from the middles of pixels', async () => {
    const y = await run(x, (g, v) => vision.resizeBilinear(g, v, 8, 15));
    const sample = (place: number, size: number): [number, number, number] => {
      const inside = Math.min(size - 1, Math.max(0, place));
      const low = Math.floor(inside);
      return [low, Math.min(size - 1, low + 1), inside - low];
    };
    const wanted = picture([1, 3, 8, 15], (c, row, column) => {
      const [top, bottom, fy] = sample((row + 0.5) / 2 - 0.5, 4);
      const [left, right, fx] = sample((column + 0.5) / 3 - 0.5, 5);
      const line = (r: number): number => (1 - fx) * at(x, c, r, left)! + fx * at(x, c, r, right)!;
      return (1 - fy) * line(top) + fy * line(bottom);
    });
    expectClose(y.data, wanted, 1e-6, 'resized');
  });

  test('functions of one value', async () => {
    const wide = { ...x, data: x.data.map((value) => 5 * value) };
    const slope = random('slope', [3, 1, 1]);
    const prelu = await run(wide, (g, v) => vision.parametricRelu(g, v, slope, 'slope'));
    expectClose(
      prelu.data,
      wide.data.map((value, i) => (value > 0 ? value : value * slope.data[Math.floor(i / 20)]!)),
      1e-6,
      'prelu',
    );
    const swish = await run(wide, (g, v) => vision.hardSwish(g, v));
    expectClose(
      swish.data,
      wide.data.map((v) => (v <= -3 ? 0 : v >= 3 ? v : (v * (v + 3)) / 6)),
      1e-6,
      'hard swish',
    );
    const sigmoid = await run(wide, (g, v) => vision.sigmoid(g, v));
    expectClose(
      sigmoid.data,
      wide.data.map((v) => 1 / (1 + Math.exp(-v))),
      1e-6,
      'sigmoid',
    );
    const mean = await run(wide, (g, v) => vision.channelMean(g, v));
    const sums = [0, 1, 2].map((c) => wide.data.slice(20 * c, 20 * c + 20).reduce((sum, v) => sum + v, 0) / 20);
    expectClose(mean.data, Float32Array.from(sums), 1e-6, 'mean');
  });

  test('zeros go after the last channel, row and column', async () => {
    const y = await run(x, (g, v) => vision.padEnd(g, v, { channels: 2, rows: 1, columns: 3 }));
    const wanted = picture([1, 5, 5, 8], (c, row, column) => (c < 3 ? (at(x, c, row, column) ?? 0) : 0));
    expect(y.dims).toEqual([1, 5, 5, 8]);
    expectClose(y.data, wanted, 0, 'padded');
  });

  test('weights of other channels are refused', () => {
    const g = new GraphBuilder('refused');
    const value = g.input('x', [1, 3, 4, 4]);
    const weight = g.parameter('w', random('w', [2, 4, 2, 2]));
    const bias = g.parameter('b', random('b', [2]));
    const options = { stride: 1, padding: 'same' } as const;
    expect(() => vision.windowConv(g, value, weight, bias, options)).toThrow('does not fit weight');
    expect(() => vision.doublingConv(g, value, g.parameter('t', random('t', [4, 2, 2, 2])), bias)).toThrow(
      'does not fit weight',
    );
  });
});
