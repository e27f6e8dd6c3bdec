import type { GraphBuilder, Value } from '../graph.js';
import { add, div, mul, reduceSum, reshape, scale } from '../operators.js';
import { floatAttribute, type Rule } from './rule.js';

/** Sums a gradient over what broadcasting had repeated: the adjoint of broadcasting to `dy`'s sizes. */
export function unbroadcast(g: GraphBuilder, dy: Value, dims: readonly number[]): Value {
  const lead = dy.dims.length - dims.length;
  const axes = dy.dims.flatMap((size, i) => (i < lead || (dims[i - lead] === 1 && size !== 1) ? [i] : []));
  const summed = axes.length > 0 ? reduceSum(g, dy, axes, true) : dy;
  return summed.dims.length === dims.length ? summed : reshape(g, summed, dims);
}

const neg = (g: GraphBuilder, x: Value): Value => scale(g, x, -1);

/** 1 where the condition holds, else 0. `op`: Greater, Less. */
function mask(g: GraphBuilder, op: string, x: Value, bound: Value): Value {
  const condition = g.node(op, [x.name, bound.name], x.dims);
  return g.node('Cast', [condition.name], x.dims, { to: 1 });
}

export const elementwiseRules: Readonly<Record<string, Rule>> = {
  Identity: (_, dy) => [dy],
  Add: ({ g, input, needs }, dy) => [0, 1].map((i) => (needs(i) ? unbroadcast(g, dy, input(i).dims) : null)),
  Mul: ({ g, input, needs }, dy) =>
    [0, 1].map((i) => (needs(i) ? unbroadcast(g, mul(g, dy, input(1 - i)), input(i).dims) : null)),
  Div: ({ g, input, output, needs }, dy) => {
    const share = div(g, dy, input(1)); // dy / b; d(a/b)/db = -(a/b)/b
    return [
      needs(0) ? unbroadcast(g, share, input(0).dims) : null,
      needs(1) ? unbroadcast(g, neg(g, mul(g, share, output)), input(1).dims) : null,
    ];
  },
  // d sqrt = dy / (2 sqrt)
  Sqrt: ({ g, output }, dy) => [scale(g, div(g, dy, output), 0.5)],
  // d (1/x) = -dy / x^2
  Reciprocal: ({ g, output }, dy) => [neg(g, mul(g, dy, mul(g, output, output)))],
  LeakyRelu: ({ g, node, input }, dy) => {
    const slope = floatAttribute(node, 'alpha');
    // slope + (1 - slope) [x > 0], so that 0 has the slope, as in PyTorch.
    const positive = mask(g, 'Greater', input(0), g.constant('zero', [0], []));
    return [mul(g, dy, add(g, scale(g, positive, 1 - slope), g.constant('slope', [slope], [])))];
  },
  Relu: ({ g, input }, dy) => [mul(g, dy, mask(g, 'Greater', input(0), g.constant('zero', [0], [])))],
  Neg: ({ g }, dy) => [neg(g, dy)],
  // 2 [x > 0] - 1
  Abs: ({ g, input }, dy) => {
    const positive = mask(g, 'Greater', input(0), g.constant('zero', [0], []));
    return [mul(g, dy, add(g, scale(g, positive, 2), g.constant('sign', [-1], [])))];
  },
  Exp: ({ g, output }, dy) => [mul(g, dy, output)],
  Log: ({ g, input }, dy) => [div(g, dy, input(0))],
  // s (1 - s) = s - s^2
  Sigmoid: ({ g, output }, dy) => [mul(g, dy, add(g, output, neg(g, mul(g, output, output))))],
  Clip: ({ g, input }, dy) => {
    const x = input(0);
    return [mul(g, dy, mul(g, mask(g, 'Greater', x, input(1)), mask(g, 'Less', x, input(2)))), null, null];
  },
};
