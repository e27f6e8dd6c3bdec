import type { Graph, GraphNode } from '../../runtime/network/graph.js';

/** A float64 array with its sizes. */
export interface Array64 {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);
const stridesOf = (dims: readonly number[]): number[] => dims.map((_, i) => sizeOf(dims.slice(i + 1)));

/** Fills an array by coordinates. */
function fill(dims: readonly number[], value: (at: number[]) => number): Array64 {
  const strides = stridesOf(dims);
  const data = new Float64Array(sizeOf(dims));
  for (let i = 0; i < data.length; i++) data[i] = value(strides.map((s, axis) => Math.floor(i / s) % dims[axis]!));
  return { dims, data };
}

const get = (x: Array64, at: readonly number[]): number =>
  x.data[stridesOf(x.dims).reduce((sum, s, i) => sum + s * at[i]!, 0)]!;

/** Element of a broadcast operand. */
const broad = (x: Array64, at: readonly number[]): number =>
  get(
    x,
    x.dims.map((size, i) => (size === 1 ? 0 : at[i + at.length - x.dims.length]!)),
  );

const inside = (x: Array64, at: readonly number[]): number =>
  at.every((v, i) => v >= 0 && v < x.dims[i]!) ? get(x, at) : 0;

type Kernel = (node: GraphNode, inputs: readonly Array64[], dims: readonly number[]) => Array64;

const unary =
  (f: (x: number, node: GraphNode) => number): Kernel =>
  (node, [x], dims) => ({ dims, data: x!.data.map((v) => f(v, node)) });
const binary =
  (f: (a: number, b: number) => number): Kernel =>
  (_, [a, b], dims) =>
    fill(dims, (at) => f(broad(a!, at), broad(b!, at)));

const list = (node: GraphNode, name: string): readonly number[] =>
  (node.attributes[name] as number[] | undefined) ?? [];
const number = (node: GraphNode, name: string, absent: number): number =>
  (node.attributes[name] as number | undefined) ?? absent;

const conv: Kernel = (node, [x, w], dims) => {
  const [pad, stride, group] = [list(node, 'pads')[0] ?? 0, list(node, 'strides')[0] ?? 1, number(node, 'group', 1)];
  const [o, i, kh, kw] = w!.dims as [number, number, number, number];
  return fill(dims, ([n, c, y, z]) => {
    let sum = 0;
    const base = Math.floor(c! / (o / group)) * i;
    for (let k = 0; k < i * kh * kw; k++) {
      const [ci, a, b] = [Math.floor(k / (kh * kw)), Math.floor(k / kw) % kh, k % kw];
      const at = [n!, base + ci, y! * stride + a - pad, z! * stride + b - pad];
      sum += get(w!, [c!, ci, a, b]) * inside(x!, at);
    }
    return sum;
  });
};

const convTranspose: Kernel = (node, [x, w], dims) => {
  const [pad, stride, group] = [list(node, 'pads')[0] ?? 0, list(node, 'strides')[0] ?? 1, number(node, 'group', 1)];
  const [i, perGroup, kh, kw] = w!.dims as [number, number, number, number];
  return fill(dims, ([n, c, y, z]) => {
    let sum = 0;
    const g = Math.floor(c! / perGroup);
    for (let k = 0; k < (i / group) * kh * kw; k++) {
      const [ci, a, b] = [(i / group) * g + Math.floor(k / (kh * kw)), Math.floor(k / kw) % kh, k % kw];
      const [sy, sz] = [(y! + pad - a) / stride, (z! + pad - b) / stride];
      if (Number.isInteger(sy) && Number.isInteger(sz)) {
        sum += get(w!, [ci, c! % perGroup, a, b]) * inside(x!, [n!, ci, sy, sz]);
      }
    }
    return sum;
  });
};

const maxPool: Kernel = (node, [x], dims) => {
  const [kernel, stride] = [list(node, 'kernel_shape')[0]!, list(node, 'strides')[0]!];
  return fill(dims, ([n, c, y, z]) => {
    let most = -Infinity;
    for (let i = 0; i < kernel * kernel; i++) {
      const at = [n!, c!, y! * stride + Math.floor(i / kernel), z! * stride + (i % kernel)];
      most = Math.max(most, get(x!, at));
    }
    return most;
  });
};

const kernels: Readonly<Record<string, Kernel>> = {
  Identity: unary((x) => x),
  Sqrt: unary(Math.sqrt),
  Relu: unary((x) => Math.max(x, 0)),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Reciprocal: unary((x) => 1 / x),
  LeakyRelu: unary((x, node) => (x > 0 ? x : (node.attributes.alpha as { float: number }).float * x)),
  Cast: unary((x) => x),
  Add: binary((a, b) => a + b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Greater: binary((a, b) => (a > b ? 1 : 0)),
  Equal: binary((a, b) => (a === b ? 1 : 0)),
  Less: binary((a, b) => (a < b ? 1 : 0)),
  Clip: (_, [x, low, high], dims) => ({
    dims,
    data: x!.data.map((v) => Math.min(high!.data[0]!, Math.max(low!.data[0]!, v))),
  }),
  Reshape: (_, [x], dims) => ({ dims, data: x!.data.slice() }),
  Expand: (_, [x], dims) => fill(dims, (at) => broad(x!, at)),
  Transpose: (node, [x], dims) => {
    const perm = list(node, 'perm');
    return fill(dims, (at) =>
      get(
        x!,
        x!.dims.map((_, axis) => at[perm.indexOf(axis)]!),
      ),
    );
  },
  ReduceSum: (_, [x, axes], dims) => {
    const summed = [...axes!.data];
    const sum = new Float64Array(sizeOf(dims));
    const strides = stridesOf(x!.dims);
    const kept = x!.dims.map((size, i) => (summed.includes(i) ? 1 : size));
    const outStrides = stridesOf(kept);
    x!.data.forEach((v, i) => {
      const at = strides.map((s, axis) => (summed.includes(axis) ? 0 : Math.floor(i / s) % x!.dims[axis]!));
      sum[at.reduce((t, c, axis) => t + c * outStrides[axis]!, 0)]! += v;
    });
    return { dims, data: sum };
  },
  Concat: (node, inputs, dims) => {
    const axis = number(node, 'axis', 0);
    return fill(dims, (at) => {
      let offset = 0;
      const part = inputs.find((x) => {
        if (at[axis]! < offset + x.dims[axis]!) return true;
        offset += x.dims[axis]!;
        return false;
      })!;
      return get(
        part,
        at.map((v, i) => (i === axis ? v - offset : v)),
      );
    });
  },
  Slice: (_, [x, starts, , axes, steps], dims) =>
    fill(dims, (at) => {
      const from = [...at];
      axes!.data.forEach((axis, i) => (from[axis] = starts!.data[i]! + at[axis]! * (steps?.data[i] ?? 1)));
      return get(x!, from);
    }),
  Pad: (_, [x, pads], dims) =>
    fill(dims, (at) =>
      inside(
        x!,
        at.map((v, i) => v - pads!.data[i]!),
      ),
    ),
  MatMul: (_, [a, b], dims) => {
    const inner = a!.dims.at(-1)!;
    return fill(dims, (at) => {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        sum += broad(a!, [...at.slice(0, -1), k]) * broad(b!, [...at.slice(0, -2), k, at.at(-1)!]);
      }
      return sum;
    });
  },
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  DepthToSpace: (node, [x], dims) => {
    const o = dims[1]!;
    const crd = node.attributes.mode === 'CRD';
    return fill(dims, ([n, c, y, z]) => {
      const phase = 2 * (y! % 2) + (z! % 2);
      return get(x!, [n!, crd ? c! * 4 + phase : phase * o + c!, y! >> 1, z! >> 1]);
    });
  },
};

/** Runs a graph in float64, slowly: the reference for gradients, where float32 is too coarse. */
export function interpret(graph: Graph, feeds: Readonly<Record<string, Float64Array>>): Map<string, Array64> {
  const values = new Map<string, Array64>();
  for (const [name, constant] of graph.initializers) {
    values.set(name, {
      dims: constant.dims,
      data: Float64Array.from('ints' in constant ? constant.ints : constant.data),
    });
  }
  for (const { name, dims } of graph.inputs) values.set(name, { dims, data: feeds[name]! });
  for (const node of graph.nodes) {
    const kernel = kernels[node.op];
    if (!kernel) throw new Error(`The interpreter has no ${node.op}.`);
    const name = node.outputs[0]!;
    values.set(
      name,
      kernel(
        node,
        node.inputs.map((input) => values.get(input)!),
        graph.dims.get(name)!,
      ),
    );
  }
  return values;
}
