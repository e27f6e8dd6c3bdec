import type { GraphBuilder, Value } from '../graph.js';
import { add, concat, mul, offset, reshape, scale } from '../operators.js';
import { listAttribute, type Rule } from './rule.js';

/** Every `stride`-th row and column of [N, C, H, W] from (a, b) on, as many as `like` has. */
function taps(g: GraphBuilder, x: Value, a: number, b: number, stride: number, like: Value): Value {
  const [rows, columns] = like.dims.slice(2) as [number, number];
  const inputs = [
    g.ints('starts', [a, b]),
    g.ints('ends', [a + stride * (rows - 1) + 1, b + stride * (columns - 1) + 1]),
    g.ints('axes', [2, 3]),
    g.ints('steps', [stride, stride]),
  ];
  return g.node('Slice', [x.name, ...inputs], like.dims);
}

/** 1 where they are equal, else 0. */
function equal(g: GraphBuilder, a: Value, b: Value): Value {
  const condition = g.node('Equal', [a.name, b.name], a.dims);
  return g.node('Cast', [condition.name], a.dims, { to: 1 });
}

/**
 * [N, C, H', W'] for each of the window's K K places -> [N, C, H, W], each put back where it was taken from: the stride's
 * transposed convolution of every channel alone with kernels that hold a single 1.
 */
function putBack(
  g: GraphBuilder,
  parts: readonly Value[],
  kernel: number,
  stride: number,
  dims: readonly number[],
): Value {
  const [n, c, rows, columns] = parts[0]!.dims as [number, number, number, number];
  const count = parts.length;
  const stacked = concat(
    g,
    parts.map((part) => reshape(g, part, [n, c, 1, rows, columns])),
    2,
  );
  // The diagonal of every channel's [K K, K K].
  const ones = Float32Array.from({ length: c * count * count }, (_, i) =>
    Math.floor(i / count) % count === i % count ? 1 : 0,
  );
  const weight = g.constant('places', ones, [c * count, 1, kernel, kernel]);
  const [h, w] = dims.slice(2) as [number, number];
  // Rows and columns that no window reaches stay 0.
  const missing = [h - (stride * (rows - 1) + kernel), w - (stride * (columns - 1) + kernel)];
  const spread = reshape(g, stacked, [n, c * count, rows, columns]);
  const reached = g.node('ConvTranspose', [spread.name, weight.name], [n, c, h - missing[0]!, w - missing[1]!], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    group: c,
  });
  if (missing.every((size) => size === 0)) return reached;
  return g.node('Pad', [reached.name, g.ints('pads', [0, 0, 0, 0, 0, 0, ...missing])], dims);
}

export const poolingRules: Readonly<Record<string, Rule>> = {
  // To the first of a window's largest, in rows, as PyTorch does; windows may overlap.
  MaxPool: ({ g, node, input, output }, dy) => {
    const kernel = listAttribute(node, 'kernel_shape')![0]!;
    const stride = listAttribute(node, 'strides')![0]!;
    const parts: Value[] = [];
    let taken: Value | null = null;
    for (let i = 0; i < kernel * kernel; i++) {
      const place = taps(g, input(0), Math.floor(i / kernel), i % kernel, stride, output);
      let first = equal(g, place, output);
      if (taken) first = mul(g, first, offset(g, scale(g, taken, -1), 1));
      taken = taken ? add(g, taken, first) : first;
      parts.push(mul(g, dy, first));
    }
    return [putBack(g, parts, kernel, stride, input(0).dims)];
  },
};
