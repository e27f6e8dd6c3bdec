import { sigmoid, softplus } from '../decoder.js';
import { transmittanceFloor } from '../marcher.js';

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
  const intervals = weights.length;
  // In front of each interval, as the forward pass had it: w / alpha would not tell where alpha is 0.
  const through = new Float64Array(intervals);
  const clear = new Float64Array(intervals); // 1 - alpha
  let transmittance = 1;
  for (let i = 0; i < intervals; i++) {
    const density = softplus((sigmas[i]! + sigmas[i + 1]!) / 2 - 1);
    clear[i] = Math.exp(-density * (depths[i + 1]! - depths[i]!));
    through[i] = transmittance;
    transmittance *= clear[i]! + transmittanceFloor;
  }
  out.fill(0);
  let behind = 0; // sum over k > i of g_k w_k
  for (let i = intervals - 1; i >= 0; i--) {
    const middle = (sigmas[i]! + sigmas[i + 1]!) / 2 - 1;
    const byAlpha = gradients[i]! * through[i]! - behind / (clear[i]! + transmittanceFloor);
    const bySigma = (byAlpha * (depths[i + 1]! - depths[i]!) * clear[i]! * sigmoid(middle)) / 2;
    out[i]! += bySigma;
    out[i + 1]! += bySigma;
    behind += gradients[i]! * weights[i]!;
  }
}
