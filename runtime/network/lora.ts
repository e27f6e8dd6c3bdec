import { ShapeError } from '../core/errors.js';
import { formatDims } from '../core/tensor.js';
import type { GraphBuilder, Value } from './graph.js';
import type { LayerLayout } from './layout.js';
import { add, conv, matMul, mul, reduceSum, reshape, scale, transpose } from './operators.js';
import type { Parameters } from './parameters.js';

/**
 * Low-rank adaptation beside a frozen layer, never merged into it (design, decision 2). With the scale inside B,
 *   delta = (B A) viewed as [O, I, K, K],  A [rho, I K K],  B [O, rho],
 * where rho is `rank * K` in My3DGen's layout and `rank` in the standard one. One graph serves both.
 */
export interface LoraFactors {
  readonly a: Value;
  readonly b: Value;
}

/** Name of a factor as a graph input and in a person file. */
export const factorName = (layer: string, factor: 'A' | 'B'): string => `${layer}.lora_${factor}`;

/** Layer of a learned map, as factors name it. */
export const mapLayer = (layer: string): string => `${layer}.noise_const`;

/**
 * A learned map with its own factors: noise_const + (B A) viewed as [O, H, W], A [r, H W], B [O, r]. Maps hold what stays
 * at its place whatever the latent, so this is where a person's marks go.
 * @throws ShapeError where the base's map is [H, W], one for all channels
 */
export function adaptedMap(g: GraphBuilder, parameters: Parameters, layer: LayerLayout): Value {
  const map = parameters.get(mapLayer(layer.name));
  const rows = parameters.adaptation.lora(layer).map;
  if (rows === 0) return map;
  const [channels, height, width] = map.dims;
  if (!channels || !height || !width) {
    throw new ShapeError(
      'person/map',
      `${mapLayer(layer.name)}: expected a learned map [O, H, W] for low-rank factors, got ${formatDims(map.dims)}. ` +
        'Learn this person without map factors.',
    );
  }
  const a = g.input(factorName(mapLayer(layer.name), 'A'), [rows, height * width]);
  const b = g.input(factorName(mapLayer(layer.name), 'B'), [channels, rows]);
  return add(g, map, reshape(g, matMul(g, b, a), map.dims));
}

/** The factors of a layer's convolution, or null where it has none. */
export function weightFactors(g: GraphBuilder, parameters: Parameters, layer: LayerLayout): LoraFactors | null {
  const rows = parameters.adaptation.lora(layer).weight;
  if (rows === 0) return null;
  const columns = layer.inChannels * layer.kernel ** 2;
  return {
    a: g.input(factorName(layer.name, 'A'), [rows, columns]),
    b: g.input(factorName(layer.name, 'B'), [layer.outChannels, rows]),
  };
}

/** y = w W^T gain + bias + (w A^T) B^T: a style, [N, I]. */
export function affine(g: GraphBuilder, parameters: Parameters, layer: LayerLayout, w: Value): Value {
  const weight = parameters.get(`${layer.name}.affine.weight`);
  const wDim = weight.dims[1]!;
  const gained = scale(g, transpose(g, weight), 1 / Math.sqrt(wDim));
  let style = add(g, matMul(g, w, gained), parameters.get(`${layer.name}.affine.bias`));
  const rows = parameters.adaptation.lora(layer).affine;
  if (rows > 0) {
    const a = g.input(factorName(`${layer.name}.affine`, 'A'), [rows, wDim]);
    const b = g.input(factorName(`${layer.name}.affine`, 'B'), [layer.inChannels, rows]);
    style = add(g, style, matMul(g, matMul(g, w, transpose(g, a)), transpose(g, b)));
  }
  return style;
}

/** A as the weight of a convolution with rho outputs: [rho, I, K, K]. */
export function factorKernel(g: GraphBuilder, layer: LayerLayout, factors: LoraFactors): Value {
  return reshape(g, factors.a, [factors.a.dims[0]!, layer.inChannels, layer.kernel, layer.kernel]);
}

/** B as a 1 x 1 convolution: x [N, rho, H, W] -> [N, O, H, W]. */
export function expand(g: GraphBuilder, factors: LoraFactors, x: Value): Value {
  const [o, rho] = factors.b.dims as [number, number];
  return conv(g, x, reshape(g, factors.b, [o, rho, 1, 1]));
}

/**
 * What the factors add to the demodulation's sum of squares, exactly:
 *   sum over i,k of s_i^2 ((W + BA)^2 - W^2) = 2 sum_rho B_o,rho G_o,rho + sum_rho (B C)_o,rho B_o,rho,
 *   G = W . (A s^2)^T over i,k   and   C = (A s)(A s)^T.
 * @param squaredStyle [N, I, 1, 1]; N must be 1 per style, so the batch is unrolled
 * @returns [N, O]
 */
export function demodulationTerm(
  g: GraphBuilder,
  layer: LayerLayout,
  factors: LoraFactors,
  weight: Value,
  squaredStyle: Value,
): Value {
  const kernel = factorKernel(g, layer, factors);
  const rho = kernel.dims[0]!;
  const n = squaredStyle.dims[0]!;
  const columns = factors.a.dims[1]!;
  // [N, rho, I, K, K]: A weighted by s^2, for every sample of the batch.
  const weighted = mul(
    g,
    reshape(g, kernel, [1, rho, layer.inChannels, layer.kernel, layer.kernel]),
    reshape(g, squaredStyle, [n, 1, layer.inChannels, 1, 1]),
  );
  // Correlating A s^2 with W, no padding, is the inner product over i and k: [N rho, O, 1, 1].
  const images = reshape(g, weighted, [n * rho, layer.inChannels, layer.kernel, layer.kernel]);
  const cross = reshape(g, conv(g, images, weight), [n, rho, layer.outChannels]);
  const bT = transpose(g, factors.b); // [rho, O]
  const gram = matMul(g, reshape(g, weighted, [n, rho, columns]), transpose(g, factors.a)); // [N, rho, rho]
  const square = matMul(g, gram, bT); // [N, rho, O]
  return reduceSum(g, mul(g, add(g, scale(g, cross, 2), square), bT), [1]);
}
