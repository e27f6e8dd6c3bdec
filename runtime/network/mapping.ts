import type { Base } from '../checkpoint/base/base.js';
import { GraphBuilder, type Graph, type Value } from './graph.js';
import { networkLayout } from './layout.js';
import { add, concat, div, leakyRelu, matMul, mul, offset, reduceSum, scale, sqrt, transpose } from './operators.js';
import { frozen, Parameters } from './parameters.js';

/** x / sqrt(mean(x^2) + 1e-8) over the last axis of [N, D]. */
function normalizeSecondMoment(g: GraphBuilder, x: Value): Value {
  const mean = scale(g, reduceSum(g, mul(g, x, x), [1], true), 1 / x.dims[1]!);
  return div(g, x, sqrt(g, offset(g, mean, 1e-8)));
}

/** Equalised-learning-rate linear layer: x W^T lr / sqrt(in) + b lr. */
function linear(g: GraphBuilder, parameters: Parameters, name: string, x: Value, lrMultiplier: number): Value {
  const weight = parameters.get(`${name}.weight`);
  const gained = scale(g, transpose(g, weight), lrMultiplier / Math.sqrt(weight.dims[1]!));
  return add(g, matMul(g, x, gained), scale(g, parameters.get(`${name}.bias`), lrMultiplier));
}

/**
 * Mapping network: `z` [N, zDim] and, where the base is conditioned, `c` [N, cDim] -> `w` [N, wDim], before
 * truncation. Source: StyleGAN2's mapping network as EG3D conditions it; facts eg3d.md section 4.
 */
export function mappingGraph(base: Base, batch = 1): Graph {
  const layout = networkLayout(base);
  const { lrMultiplier, conditioningScale } = base.config.mapping;
  const g = new GraphBuilder('mapping');
  const parameters = new Parameters(g, base, frozen);
  let x = normalizeSecondMoment(g, g.input('z', [batch, layout.zDim]));
  if (layout.cDim > 0) {
    const c = scale(g, g.input('c', [batch, layout.cDim]), conditioningScale);
    const embedded = linear(g, parameters, 'backbone.mapping.embed', c, 1);
    x = concat(g, [x, normalizeSecondMoment(g, embedded)], 1);
  }
  for (let i = 0; i < layout.mappingLayers; i++) {
    x = linear(g, parameters, `backbone.mapping.fc${i}`, x, lrMultiplier);
    x = scale(g, leakyRelu(g, x, 0.2), Math.SQRT2);
  }
  g.output('w', x);
  return g.build();
}
