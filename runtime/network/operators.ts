import { ShapeError } from '../core/errors.js';
import { formatDims } from '../core/tensor.js';
import type { GraphBuilder, Value } from './graph.js';

/**
 * The operators the networks are made of: standard ONNX, with their shape rules. Each has a backward rule or is
 * linear in one input; keep the list short, every entry costs one.
 */

/** Sizes of a numpy-style broadcast. */
export function broadcastDims(a: readonly number[], b: readonly number[], where: string): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError('graph/broadcast', `${where}: ${formatDims(a)} does not broadcast with ${formatDims(b)}.`);
    }
    return Math.max(x, y);
  });
}

function elementwise(op: string) {
  return (g: GraphBuilder, a: Value, b: Value): Value =>
    g.node(op, [a.name, b.name], broadcastDims(a.dims, b.dims, op));
}

export const add = elementwise('Add');
export const mul = elementwise('Mul');
export const div = elementwise('Div');

function unary(op: string) {
  return (g: GraphBuilder, x: Value): Value => g.node(op, [x.name], x.dims);
}

export const sqrt = unary('Sqrt');
export const relu = unary('Relu');
export const reciprocal = unary('Reciprocal');

/** x * factor. */
export function scale(g: GraphBuilder, x: Value, factor: number): Value {
  return factor === 1 ? x : mul(g, x, g.constant('factor', [factor], []));
}

/** x + term. */
export function offset(g: GraphBuilder, x: Value, term: number): Value {
  return add(g, x, g.constant('term', [term], []));
}

export function leakyRelu(g: GraphBuilder, x: Value, slope: number): Value {
  return g.node('LeakyRelu', [x.name], x.dims, { alpha: { float: slope } });
}

/** Clamps to +-bound. */
export function clamp(g: GraphBuilder, x: Value, bound: number): Value {
  const low = g.constant('low', [-bound], []);
  const high = g.constant('high', [bound], []);
  return g.node('Clip', [x.name, low.name, high.name], x.dims);
}

/** [.., M, K] x [.., K, P] -> [.., M, P]. */
export function matMul(g: GraphBuilder, a: Value, b: Value): Value {
  const [m, k] = [a.dims.at(-2) ?? 1, a.dims.at(-1) ?? 1];
  const [k2, p] = [b.dims.at(-2) ?? 1, b.dims.at(-1) ?? 1];
  if (k !== k2) {
    throw new ShapeError('graph/matmul', `MatMul: ${formatDims(a.dims)} x ${formatDims(b.dims)} do not chain.`);
  }
  const lead = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2), 'MatMul');
  return g.node('MatMul', [a.name, b.name], [...lead, m, p]);
}

/** Swaps the two axes of a matrix, or permutes as told. */
export function transpose(g: GraphBuilder, x: Value, perm: readonly number[] = [1, 0]): Value {
  return g.node(
    'Transpose',
    [x.name],
    perm.map((axis) => x.dims[axis]!),
    { perm },
  );
}

export function reshape(g: GraphBuilder, x: Value, dims: readonly number[]): Value {
  return g.node('Reshape', [x.name, g.ints('dims', dims)], dims);
}

/** Sum over axes, which disappear unless kept. */
export function reduceSum(g: GraphBuilder, x: Value, axes: readonly number[], keep = false): Value {
  const dims = keep
    ? x.dims.map((size, i) => (axes.includes(i) ? 1 : size))
    : x.dims.filter((_, i) => !axes.includes(i));
  return g.node('ReduceSum', [x.name, g.ints('axes', axes)], dims, { keepdims: keep ? 1 : 0 });
}

export function concat(g: GraphBuilder, values: readonly Value[], axis: number): Value {
  const first = values[0]!;
  const dims = first.dims.map((size, i) => (i === axis ? values.reduce((sum, v) => sum + v.dims[i]!, 0) : size));
  return g.node(
    'Concat',
    values.map((v) => v.name),
    dims,
    { axis },
  );
}

/** Entries start..end (exclusive) along one axis. */
export function slice(g: GraphBuilder, x: Value, axis: number, start: number, end: number): Value {
  const inputs = [x.name, g.ints('start', [start]), g.ints('end', [end]), g.ints('axis', [axis])];
  return g.node(
    'Slice',
    inputs,
    x.dims.map((size, i) => (i === axis ? end - start : size)),
  );
}

/** What `conv` needs besides its inputs. */
export interface ConvOptions {
  /** Zero rows and columns on each side. */
  readonly pad?: number;
  readonly stride?: number;
  readonly group?: number;
  readonly bias?: Value;
}

/** Correlation: x [N, C, H, W], weight [O, C / group, K, K] -> [N, O, H', W'], H' = floor((H + 2 pad - K) / stride) + 1. */
export function conv(g: GraphBuilder, x: Value, weight: Value, options: ConvOptions = {}): Value {
  const { pad = 0, stride = 1, group = 1, bias } = options;
  const [n, c, h, w] = x.dims as [number, number, number, number];
  const [o, i, kh, kw] = weight.dims as [number, number, number, number];
  if (i * group !== c) {
    throw new ShapeError('graph/conv', `Conv: ${formatDims(x.dims)} does not fit weight ${formatDims(weight.dims)}.`);
  }
  const inputs = [x.name, weight.name, ...(bias ? [bias.name] : [])];
  const places = (size: number, k: number): number => Math.floor((size + 2 * pad - k) / stride) + 1;
  return g.node('Conv', inputs, [n, o, places(h, kh), places(w, kw)], {
    kernel_shape: [kh, kw],
    pads: [pad, pad, pad, pad],
    strides: [stride, stride],
    group,
  });
}

/** Largest value of every K x K window, no padding: x [N, C, H, W] -> [N, C, H', W'], H' = floor((H - K) / stride) + 1. */
export function maxPool(g: GraphBuilder, x: Value, kernel: number, stride: number): Value {
  const [n, c, h, w] = x.dims as [number, number, number, number];
  const places = (size: number): number => Math.floor((size - kernel) / stride) + 1;
  return g.node('MaxPool', [x.name], [n, c, places(h), places(w)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
  });
}

/** Stride-2 transposed convolution, no padding: x [N, C, H, W], weight [C, O, K, K] -> [N, O, 2 (H - 1) + K, ..]. */
export function convTranspose2(g: GraphBuilder, x: Value, weight: Value): Value {
  const [n, c, h, w] = x.dims as [number, number, number, number];
  const [i, o, kh, kw] = weight.dims as [number, number, number, number];
  if (i !== c) {
    throw new ShapeError(
      'graph/conv',
      `ConvTranspose: ${formatDims(x.dims)} does not fit weight ${formatDims(weight.dims)}.`,
    );
  }
  return g.node('ConvTranspose', [x.name, weight.name], [n, o, 2 * (h - 1) + kh, 2 * (w - 1) + kw], {
    kernel_shape: [kh, kw],
    strides: [2, 2],
  });
}

/** [N, 4 O, H, W] -> [N, O, 2 H, 2 W]; channel (2 a + b) O + o goes to row phase a, column phase b. */
export function depthToSpace2(g: GraphBuilder, x: Value): Value {
  const [n, c, h, w] = x.dims as [number, number, number, number];
  return g.node('DepthToSpace', [x.name], [n, c / 4, 2 * h, 2 * w], { blocksize: 2, mode: 'DCR' });
}
