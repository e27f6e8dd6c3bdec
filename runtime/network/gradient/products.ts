import { HeadError } from '../../core/errors.js';
import type { GraphBuilder, Value } from '../graph.js';
import { concat, conv, matMul, reshape, transpose } from '../operators.js';
import { unbroadcast } from './elementwise.js';
import { pad, window } from './layout.js';
import { integerAttribute, listAttribute, type Rule, type RuleContext } from './rule.js';

const swapLast = (g: GraphBuilder, x: Value): Value => {
  const axes = x.dims.map((_, i) => i);
  return transpose(g, x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
};

/** W' of a convolution's input gradient: taps reversed, channels swapped. Of frozen weights it is made once, at load. */
function turnedKernel(g: GraphBuilder, weight: Value, group: number): Value {
  const [o, i, k] = weight.dims as [number, number, number, number];
  const turned = k === 1 ? weight : reversedTaps(g, weight);
  const split = reshape(g, turned, [group, o / group, i, k * k]);
  return reshape(g, transpose(g, split, [0, 2, 1, 3]), [group * i, o / group, k, k]);
}

/** [O, I, K, K] with its last two axes backwards. */
function reversedTaps(g: GraphBuilder, weight: Value): Value {
  const last = weight.dims[3]! - 1;
  const inputs = [
    g.ints('starts', [last, last]),
    g.ints('ends', [-last - 2, -last - 2]),
    g.ints('axes', [2, 3]),
    g.ints('steps', [-1, -1]),
  ];
  return g.node('Slice', [weight.name, ...inputs], weight.dims);
}

/** [N, C, H, W] -> [C, N H W]. */
function channelsFirst(g: GraphBuilder, x: Value): Value {
  const [n, c, h, w] = x.dims as [number, number, number, number];
  return reshape(g, n === 1 ? x : transpose(g, x, [1, 0, 2, 3]), [c, n * h * w]);
}

/** One [P, Q] matrix per kernel tap -> [P, Q, K, K]. */
function stackTaps(g: GraphBuilder, taps: readonly Value[], kernel: number): Value {
  const [p, q] = taps[0]!.dims as [number, number];
  const stacked = concat(
    g,
    taps.map((tap) => reshape(g, tap, [p, q, 1])),
    2,
  );
  return reshape(g, stacked, [p, q, kernel, kernel]);
}

function convSizes({ node, input }: RuleContext): { kernel: number; padding: number; group: number; stride: number } {
  const kernel = input(1).dims[2]!;
  return {
    kernel,
    padding: listAttribute(node, 'pads')?.[0] ?? 0,
    group: integerAttribute(node, 'group', 1),
    stride: listAttribute(node, 'strides')?.[0] ?? 1,
  };
}

/** dW of a stride-1 convolution, tap by tap: dW[o, i, a, b] = sum over n, h, w of dy[n, o, h, w] x[n, i, h + a - p, w + b - p]. */
function convWeightGradient(context: RuleContext, dy: Value): Value {
  const { g, input } = context;
  const { kernel, padding, group } = convSizes(context);
  if (group !== 1) throw new HeadError('gradient/operator', 'gradient: weights of grouped convolutions are constants.');
  const [h, w] = dy.dims.slice(2) as [number, number];
  const x = pad(g, input(0), [0, 0, padding, padding], [0, 0, padding, padding]);
  const rows = channelsFirst(g, dy);
  const taps = Array.from({ length: kernel * kernel }, (_, i) => {
    const seen = window(g, x, [Math.floor(i / kernel), i % kernel], 1, [h, w]);
    return matMul(g, rows, transpose(g, channelsFirst(g, seen)));
  });
  return stackTaps(g, taps, kernel);
}

/** dW of the stride-2 transposed convolution: dW[c, o, a, b] = sum over n, h, w of x[n, c, h, w] dy[n, o, 2 h + a, 2 w + b]. */
function upWeightGradient(context: RuleContext, dy: Value): Value {
  const { g, input } = context;
  const { kernel } = convSizes(context);
  const [h, w] = input(0).dims.slice(2) as [number, number];
  const rows = channelsFirst(g, input(0));
  const taps = Array.from({ length: kernel * kernel }, (_, i) => {
    const phase = window(g, dy, [Math.floor(i / kernel), i % kernel], 2, [h, w]);
    return matMul(g, rows, transpose(g, channelsFirst(g, phase)));
  });
  return stackTaps(g, taps, kernel);
}

/** dx of a strided convolution: its adjoint, with zeros for rows and columns that no place reaches. */
function stridedInputGradient(context: RuleContext, dy: Value): Value {
  const { g, input } = context;
  const { kernel, padding, group, stride } = convSizes(context);
  const missing = [2, 3].map((axis) => {
    const reached = stride * (dy.dims[axis]! - 1) + kernel - 2 * padding;
    return input(0).dims[axis]! - reached;
  });
  return g.node('ConvTranspose', [dy.name, input(1).name], input(0).dims, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    output_padding: missing,
    group,
  });
}

export const productRules: Readonly<Record<string, Rule>> = {
  MatMul: ({ g, input, needs }, dy) => [
    needs(0) ? unbroadcast(g, matMul(g, dy, swapLast(g, input(1))), input(0).dims) : null,
    needs(1) ? unbroadcast(g, matMul(g, swapLast(g, input(0)), dy), input(1).dims) : null,
  ],
  Conv: (context, dy) => {
    const { g, node, input, needs } = context;
    const { kernel, padding, group, stride } = convSizes(context);
    if (node.inputs.length > 2 && needs(2)) {
      throw new HeadError('gradient/operator', 'gradient: add the bias behind the convolution.');
    }
    if (stride > 1) {
      if (needs(1))
        throw new HeadError('gradient/operator', 'gradient: weights of strided convolutions are constants.');
      return [stridedInputGradient(context, dy), null, null];
    }
    // dx = conv(dy, W'), padding K - 1 - p. Not as a ConvTranspose, its adjoint, which ONNX Runtime runs four times slower.
    const dx = needs(0) ? conv(g, dy, turnedKernel(g, input(1), group), { pad: kernel - 1 - padding, group }) : null;
    return [dx, needs(1) ? convWeightGradient(context, dy) : null, null];
  },
  // dx = stride-2 correlation of dy with W, whose [C, O, K, K] is just what a Conv wants.
  ConvTranspose: (context, dy) => {
    const { g, input, needs } = context;
    const { kernel, stride } = convSizes(context);
    if (stride !== 2) throw new HeadError('gradient/operator', 'gradient: ConvTranspose is known for stride 2 only.');
    const dx = needs(0)
      ? g.node('Conv', [dy.name, input(1).name], input(0).dims, {
          kernel_shape: [kernel, kernel],
          strides: [2, 2],
          pads: [0, 0, 0, 0],
          group: 1,
        })
      : null;
    return [dx, needs(1) ? upWeightGradient(context, dy) : null];
  },
};
