import type { GraphBuilder, Value } from './graph.js';
import { blurKernel, defaultFilter } from './filters.js';
import type { LayerLayout } from './layout.js';
import { adaptedMap, affine, demodulationTerm, expand, factorKernel, weightFactors } from './lora.js';
import {
  add,
  clamp,
  conv,
  convTranspose2,
  leakyRelu,
  matMul,
  mul,
  offset,
  reciprocal,
  reduceSum,
  reshape,
  scale,
  sqrt,
  transpose,
} from './operators.js';
import type { Parameters } from './parameters.js';

/** How a stack of layers is run. */
export interface LayerOptions {
  readonly noise: 'const' | 'none';
  /** Activations are clamped to +-convClamp; null: not at all. */
  readonly convClamp: number | null;
}

const demodulationEpsilon = 1e-8;
const leakySlope = 0.2;

/** Stride-2 transposed convolution with W as stored ([O, I, K, K], not flipped), then the blur. */
function upConv(g: GraphBuilder, x: Value, weight: Value, filter: Float32Array): Value {
  const up = convTranspose2(g, x, transpose(g, weight, [1, 0, 2, 3]));
  const channels = weight.dims[0]!;
  const blur = g.constant('blur', blurKernel(filter, channels), [channels, 1, 4, 4]);
  return conv(g, up, blur, { pad: 1, group: channels });
}

/**
 * Modulated convolution, activation form:
 *   y = d (conv(x s, W) + conv1x1(conv(x s, A), B)),  d_o = rsqrt(sum over i,k of s_i^2 (W + BA)^2 + 1e-8),
 * then + noise_const * noise_strength, + bias, leaky ReLU 0.2, * sqrt 2, clamp.
 * Source: StyleGAN2 (Karras 2020) 2.2 and appendix B; facts eg3d.md section 4.
 * @param x [N, I, H, W]
 * @param w [N, wDim]
 * @returns [N, O, H, W], twice the side where the layer doubles it
 */
export function modulatedConv(
  g: GraphBuilder,
  parameters: Parameters,
  layer: LayerLayout,
  x: Value,
  w: Value,
  options: LayerOptions,
): Value {
  const n = x.dims[0]!;
  const weight = parameters.get(`${layer.name}.weight`);
  const filter = parameters.data(`${layer.name}.resample_filter`) ?? defaultFilter;
  const style = affine(g, parameters, layer, w);
  const styled = mul(g, x, reshape(g, style, [n, layer.inChannels, 1, 1]));
  const apply = (kernel: Value): Value =>
    layer.up ? upConv(g, styled, kernel, filter) : conv(g, styled, kernel, { pad: (layer.kernel - 1) / 2 });

  const squaredStyle = mul(g, style, style);
  const squaredWeight = reduceSum(g, mul(g, weight, weight), [2, 3]); // [O, I]
  let energy = matMul(g, squaredStyle, transpose(g, squaredWeight)); // [N, O]
  let y = apply(weight);
  const factors = weightFactors(g, parameters, layer);
  if (factors) {
    y = add(g, y, expand(g, factors, apply(factorKernel(g, layer, factors))));
    const images = reshape(g, squaredStyle, [n, layer.inChannels, 1, 1]);
    energy = add(g, energy, demodulationTerm(g, layer, factors, weight, images));
  }
  const d = reciprocal(g, sqrt(g, offset(g, energy, demodulationEpsilon)));
  y = mul(g, y, reshape(g, d, [n, layer.outChannels, 1, 1]));
  if (options.noise === 'const') y = add(g, y, noiseMap(g, parameters, layer));
  y = add(g, y, reshape(g, parameters.get(`${layer.name}.bias`), [layer.outChannels, 1, 1]));
  y = scale(g, leakyRelu(g, y, leakySlope), Math.SQRT2);
  return options.convClamp === null ? y : clamp(g, y, options.convClamp);
}

/** noise_const ([H, W], or learned [O, H, W]) times its strength. */
function noiseMap(g: GraphBuilder, parameters: Parameters, layer: LayerLayout): Value {
  return mul(g, adaptedMap(g, parameters, layer), parameters.get(`${layer.name}.noise_strength`));
}

/**
 * Modulated 1 x 1 convolution without demodulation or activation: s = affine(w) / sqrt(I).
 * @returns [N, O, H, W]
 */
export function toRgb(
  g: GraphBuilder,
  parameters: Parameters,
  layer: LayerLayout,
  x: Value,
  w: Value,
  options: LayerOptions,
): Value {
  const n = x.dims[0]!;
  const style = scale(g, affine(g, parameters, layer, w), 1 / Math.sqrt(layer.inChannels));
  const styled = mul(g, x, reshape(g, style, [n, layer.inChannels, 1, 1]));
  let y = conv(g, styled, parameters.get(`${layer.name}.weight`));
  const factors = weightFactors(g, parameters, layer);
  if (factors) y = add(g, y, expand(g, factors, conv(g, styled, factorKernel(g, layer, factors))));
  y = add(g, y, reshape(g, parameters.get(`${layer.name}.bias`), [layer.outChannels, 1, 1]));
  return options.convClamp === null ? y : clamp(g, y, options.convClamp);
}
