import { HeadError } from '../../core/errors.js';
import type { GraphBuilder, Value } from '../graph.js';
import { reshape, slice, transpose } from '../operators.js';
import { integerAttribute, listAttribute, type Rule } from './rule.js';

/** x with zeros before and after, per axis. */
export function pad(g: GraphBuilder, x: Value, before: readonly number[], after: readonly number[]): Value {
  if ([...before, ...after].every((size) => size === 0)) return x;
  const dims = x.dims.map((size, i) => size + before[i]! + after[i]!);
  return g.node('Pad', [x.name, g.ints('pads', [...before, ...after])], dims);
}

/** Every `stride`-th row and column of [N, C, H, W] from (a, b) on: `rows` x `columns` of them. */
export function window(
  g: GraphBuilder,
  x: Value,
  [a, b]: readonly [number, number],
  stride: number,
  [rows, columns]: readonly [number, number],
): Value {
  const [n, c] = x.dims as [number, number];
  const inputs = [
    g.ints('starts', [a, b]),
    g.ints('ends', [a + stride * (rows - 1) + 1, b + stride * (columns - 1) + 1]),
    g.ints('axes', [2, 3]),
    g.ints('steps', [stride, stride]),
  ];
  return g.node('Slice', [x.name, ...inputs], [n, c, rows, columns]);
}

const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis));

export const layoutRules: Readonly<Record<string, Rule>> = {
  Reshape: ({ g, input }, dy) => [reshape(g, dy, input(0).dims), null],
  Transpose: ({ g, node }, dy) => [transpose(g, dy, inverse(listAttribute(node, 'perm')!))],
  ReduceSum: ({ g, input, ints }, dy) => {
    const x = input(0);
    const kept = x.dims.map((size, i) => (ints(1).includes(i) ? 1 : size));
    const shape = g.ints('shape', x.dims);
    return [g.node('Expand', [reshape(g, dy, kept).name, shape], x.dims), null];
  },
  Concat: ({ g, node, input, needs }, dy) => {
    const axis = integerAttribute(node, 'axis', 0);
    let start = 0;
    return node.inputs.map((_, i) => {
      const from = start;
      start += input(i).dims[axis]!;
      return needs(i) ? slice(g, dy, axis, from, start) : null;
    });
  },
  Slice: ({ g, input, ints }, dy) => {
    const { dims } = input(0);
    const [start, end, axis] = [ints(1)[0]!, ints(2)[0]!, ints(3)[0]!];
    const at = (value: number): number[] => dims.map((_, i) => (i === axis ? value : 0));
    return [pad(g, dy, at(start), at(dims[axis]! - end)), null, null, null];
  },
  // [N, 4 O, H, W] -> [N, O, 2 H, 2 W]; back by splitting rows and columns and moving the phases to the channels.
  DepthToSpace: ({ g, node, input }, dy) => {
    const [n, c, h, w] = input(0).dims as [number, number, number, number];
    if (integerAttribute(node, 'blocksize', 0) !== 2) {
      throw new HeadError('gradient/operator', 'gradient: DepthToSpace is known for block size 2 only.');
    }
    const o = c / 4;
    const split = reshape(g, dy, [n, o, h, 2, w, 2]);
    // DCR: phase-major channels (a, b, o); CRD: channel-major (o, a, b).
    const perm = node.attributes.mode === 'CRD' ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
    return [reshape(g, transpose(g, split, perm), [n, c, h, w])];
  },
};
