import type { GraphBuilder, Value } from './graph.js';
import { matMul, transpose } from './operators.js';
import { resizeMatrix } from './resize.js';

/** [N, C, S, S] -> [N, C, size, size], bilinear: M x M^T over the last two axes, see `resizeMatrix`. */
export function resizeImage(g: GraphBuilder, x: Value, size: number, antialias: boolean): Value {
  const side = x.dims[3]!;
  const matrix = g.constant('resize', resizeMatrix(side, size, antialias), [size, side]);
  return matMul(g, matrix, matMul(g, x, transpose(g, matrix)));
}
