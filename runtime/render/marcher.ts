import { softplus } from './decoder.js';

/** Keeps the transmittance's product away from an exact zero; the original's constant. */
export const transmittanceFloor = 1e-10;

/**
 * Compositing weights of the intervals between samples:
 *   alpha_i = 1 - exp(-softplus((sigma_i + sigma_i+1) / 2 - 1) (t_i+1 - t_i)),  w_i = alpha_i prod_j<i (1 - alpha_j + 1e-10).
 * Source: EG3D's mid-point marcher (Mip-NeRF). Twin: shaders/include/march.wgsl.
 * @param depths [S], increasing
 * @param sigmas [S], before activation
 * @param weights filled, [S - 1]
 */
export function marchWeights(depths: Float64Array, sigmas: Float64Array | Float32Array, weights: Float64Array): void {
  let transmittance = 1;
  for (let i = 0; i + 1 < depths.length; i++) {
    const density = softplus((sigmas[i]! + sigmas[i + 1]!) / 2 - 1);
    const alpha = 1 - Math.exp(-density * (depths[i + 1]! - depths[i]!));
    weights[i] = alpha * transmittance;
    transmittance *= 1 - alpha + transmittanceFloor;
  }
}
