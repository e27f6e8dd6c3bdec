import { softplus } from '../decoder.js';
import { densityRange } from './bakeSettings.js';
import type { VolumeWalk } from './volumeWalk.js';

/** What a ray sees. */
export interface BakedRay {
  /** Multiplied by alpha, 0..1. */
  readonly color: readonly [number, number, number];
  /** World units along the ray; 0 where nothing was hit. */
  readonly depth: number;
  readonly alpha: number;
}

/** A ray that lets less through than this has arrived. */
export const opaque = 1 / 256;
// Taken out of the loops, see core/hash.ts.
const { expm1 } = Math;

/** Share of the light that an interval keeps, from the densities (before activation) at its ends; as the exact march. */
export const intervalAlpha = (sigma0: number, sigma1: number, length: number): number =>
  -expm1(-softplus((sigma0 + sigma1) / 2 - 1) * length);

/**
 * Marches one ray through a baked volume: mid-point compositing as in EG3D, a sample each voxel.
 * Twin: shaders/fast/march.wgsl.
 */
export function marchBaked(walk: VolumeWalk, ray: number): BakedRay {
  const sum: [number, number, number] = [0, 0, 0];
  const last = [0, 0, 0];
  let [transmittance, moment, sigma] = [1, 0, 0];
  walk.begin(ray);
  while (transmittance > opaque && walk.next()) {
    const { color, length, t } = walk;
    const before = walk.fresh ? densityRange.least : sigma;
    const share = walk.blocked ? 1 : intervalAlpha(before, walk.sigma, length);
    const weight = transmittance * share;
    for (let c = 0; c < 3; c++) {
      sum[c]! += (weight * (walk.fresh ? color[c]! : last[c]! + color[c]!)) / (walk.fresh ? 1 : 2);
      last[c] = color[c]!;
    }
    moment += weight * (t - length / 2);
    transmittance -= weight;
    sigma = walk.sigma;
    if (walk.blocked) break;
  }
  if (transmittance <= opaque) {
    // What is left would land on the same surface.
    for (let c = 0; c < 3; c++) sum[c]! += transmittance * last[c]!;
    moment += transmittance * walk.t;
    transmittance = 0;
  }
  const alpha = 1 - transmittance;
  return { color: sum, depth: alpha > 0 ? moment / alpha : 0, alpha };
}
