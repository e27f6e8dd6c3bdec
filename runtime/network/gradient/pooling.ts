import type { GraphBuilder, Value } from '../graph.js';
import { add, concat, mul, offset, reshape, scale } from '../operators.js';
import { pad, window } from './layout.js';
import { listAttribute, type Rule } from './rule.js';

/** 1 where they are equal, else 0. */
function equal(g: GraphBuilder, a: Value, b: Value): Value {
  const condition = g.node('Equal', [a.name, b.name], a.dims);
  return g.node('Cast', [condition.name], a.dims, { to: 1 });
}

/**
 * [N, C, H', W'] for each of the window's K K places -> [N, C, H, W], each put back where it was taken from. Rows and columns
 * that no window reaches are 0.
 */
function putBack(
  g: GraphBuilder,
  parts: readonly Value[],
  kernel: number,
  stride: number,
  dims: readonly number[],
): Value {
  const [n, c, rows, columns] = parts[0]!.dims as [number, number, number, number];
  const stacked = concat(
    g,
    parts.map((part) => reshape(g, part, [n, c, 1, rows, columns])),
    2,
  );
  const places = reshape(g, stacked, [n, c * parts.length, rows, columns]);
  const reached = kernel === stride ? sideBySide(g, places, kernel) : overlapping(g, places, kernel, stride);
  return pad(
    g,
    reached,
    [0, 0, 0, 0],
    dims.map((size, axis) => size - reached.dims[axis]!),
  );
}

/**
 * Windows that do not overlap: their places are an image's phases. ONNX Runtime 1.30's WebGPU provider gets the transposed
 * convolution below wrong for them; test/gradient/poolingGpu.test.ts holds both.
 */
function sideBySide(g: GraphBuilder, places: Value, kernel: number): Value {
  const [n, c, rows, columns] = places.dims as [number, number, number, number];
  const attributes = { blocksize: kernel, mode: 'CRD' };
  return g.node('DepthToSpace', [places.name], [n, c / kernel ** 2, rows * kernel, columns * kernel], attributes);
}

/** Windows that overlap: the stride's transposed convolution of every channel alone, with kernels that hold a single 1. */
function overlapping(g: GraphBuilder, places: Value, kernel: number, stride: number): Value {
  const [n, all, rows, columns] = places.dims as [number, number, number, number];
  const count = kernel * kernel;
  // The diagonal of every channel's [K K, K K].
  const ones = Float32Array.from({ length: all * count }, (_, i) =>
    Math.floor(i / count) % count === i % count ? 1 : 0,
  );
  const weight = g.constant('places', ones, [all, 1, kernel, kernel]);
  const spread = (size: number): number => stride * (size - 1) + kernel;
  return g.node('ConvTranspose', [places.name, weight.name], [n, all / count, spread(rows), spread(columns)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    group: all / count,
  });
}

export const poolingRules: Readonly<Record<string, Rule>> = {
  // To the first of a window's largest, in rows, as PyTorch does; windows may overlap.
  MaxPool: ({ g, node, input, output }, dy) => {
    const kernel = listAttribute(node, 'kernel_shape')![0]!;
    const stride = listAttribute(node, 'strides')![0]!;
    const [rows, columns] = output.dims.slice(2) as [number, number];
    const parts: Value[] = [];
    let taken: Value | null = null;
    for (let i = 0; i < kernel * kernel; i++) {
      const place = window(g, input(0), [Math.floor(i / kernel), i % kernel], stride, [rows, columns]);
      let first = equal(g, place, output);
      if (taken) first = mul(g, first, offset(g, scale(g, taken, -1), 1));
      taken = taken ? add(g, taken, first) : first;
      parts.push(mul(g, dy, first));
    }
    return [putBack(g, parts, kernel, stride, input(0).dims)];
  },
};
