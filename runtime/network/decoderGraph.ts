import type { Decoder } from '../render/volume.js';
import { GraphBuilder, type Graph, type Value } from './graph.js';
import { add, matMul, scale, slice, offset } from './operators.js';

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|): four vectorised passes, three times faster than ONNX Runtime's Softplus. */
function softplus(g: GraphBuilder, x: Value): Value {
  const unary = (op: string, value: Value): Value => g.node(op, [value.name], value.dims);
  const decayed = unary('Exp', unary('Neg', unary('Abs', x)));
  return add(g, unary('Relu', x), unary('Log', offset(g, decayed, 1)));
}

/**
 * The decoder as a graph: `features` [P, C] -> `sigmas` [P, 1] before activation, `colors` [P, channels].
 * For machines without a GPU, where ONNX Runtime is an order of magnitude faster than JavaScript.
 * Twin: runtime/render/decoder.ts.
 */
export function decoderGraph(decoder: Decoder, points: number, channels: number): Graph {
  const { hidden, channels: inputs, w1, b1, w2, b2 } = decoder;
  const outputs = 1 + channels;
  const g = new GraphBuilder('decoder');
  const transposed = (w: Float32Array, rows: number, columns: number): Value => {
    const t = Float32Array.from({ length: rows * columns }, (_, i) => w[(i % rows) * columns + Math.floor(i / rows)]!);
    return g.constant('weight', t, [columns, rows]);
  };
  const x = g.input('features', [points, inputs]);
  const pre = add(g, matMul(g, x, transposed(w1, hidden, inputs)), g.constant('bias', b1, [hidden]));
  const units = softplus(g, pre);
  const bias = g.constant('bias', b2.subarray(0, outputs), [outputs]);
  const raw = add(g, matMul(g, units, transposed(w2.subarray(0, outputs * hidden), outputs, hidden)), bias);
  g.output('sigmas', slice(g, raw, 1, 0, 1));
  const logits = slice(g, raw, 1, 1, outputs);
  const sigmoid = g.node('Sigmoid', [logits.name], logits.dims);
  g.output('colors', offset(g, scale(g, sigmoid, 1.002), -0.001));
  return g.build();
}
