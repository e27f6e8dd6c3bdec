import { softplus } from '../decoder.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const transmittanceFloor = 1e-10;

/**
 * Backward of `marchWeights`: from dL/dw to dL/dsigma. With T_i the transmittance in front of interval i,
 *   dL/dalpha_i = g_i T_i - sum over k > i of g_k w_k / (1 - alpha_i + 1e-10),
 *   dalpha/ddensity = (t_i+1 - t_i) (1 - alpha_i),  ddensity/dsigma = sigmoid(sigma - 1), half to each end.
 * Twin: shaders/render/backward/march.wgsl.
 * @param gradients [S - 1], dL/dw
 * @param out [S], set to dL/dsigma
 */
export function marchBackward(
  depths: Float64Array,
  sigmas: Float64Array,
  weights: Float64Array,
  gradients: Float64Array,
  out: Float64Array,
): void {
  out.fill(0);
  const intervals = weights.length;
  let behind = 0; // sum over k > i of g_k w_k
  for (let i = intervals - 1; i >= 0; i--) {
    const middle = (sigmas[i]! + sigmas[i + 1]!) / 2 - 1;
    const delta = depths[i + 1]! - depths[i]!;
    const clear = Math.exp(-softplus(middle) * delta); // 1 - alpha
    const alpha = 1 - clear;
    // w = alpha T; where alpha is 0 the transmittance cannot be had from w, so it is carried by the caller's weights.
    const transmittance = alpha > 0 ? weights[i]! / alpha : transmittanceBefore(depths, sigmas, i);
    const byAlpha = gradients[i]! * transmittance - behind / (clear + transmittanceFloor);
    const bySigma = (byAlpha * delta * clear * sigmoid(middle)) / 2;
    out[i]! += bySigma;
    out[i + 1]! += bySigma;
    behind += gradients[i]! * weights[i]!;
  }
}

function transmittanceBefore(depths: Float64Array, sigmas: Float64Array, interval: number): number {
  let transmittance = 1;
  for (let i = 0; i < interval; i++) {
    const density = softplus((sigmas[i]! + sigmas[i + 1]!) / 2 - 1);
    transmittance *= Math.exp(-density * (depths[i + 1]! - depths[i]!)) + transmittanceFloor;
  }
  return transmittance;
}
