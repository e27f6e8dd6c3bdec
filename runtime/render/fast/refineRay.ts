import type { PointEvaluator } from '../pointEvaluator.js';
import { densityRange } from './bakeSettings.js';
import { intervalAlpha, opaque, type BakedRay } from './marchBaked.js';
import type { VolumeWalk } from './volumeWalk.js';

/** Every interval that was walked gets at least this share of samples: the surface may lie beside where the volume has it. */
const shareFloor = 0.01;

/** An interval of the volume's own march: its far end and length, world units, and what share of the samples it gets. */
type UseInterval = (end: number, length: number, share: number) => void;

/** Marches the volume once more; an interval's share is the largest weight of it and its two neighbours, times its length. */
function guide(walk: VolumeWalk, ray: number, use: UseInterval): void {
  let [transmittance, sigma] = [1, 0];
  let [before, here, end, length] = [0, 0, 0, -1];
  walk.begin(ray);
  for (;;) {
    const more = transmittance > opaque && walk.next() && !walk.blocked;
    const joined = more && !walk.fresh;
    const share = more ? intervalAlpha(joined ? sigma : densityRange.least, walk.sigma, walk.length) : 0;
    const weight = transmittance * share;
    if (length >= 0) {
      const largest = Math.max(before, here, joined ? weight : 0);
      use(end, length, (largest + shareFloor) * (length / walk.step));
    }
    if (!more) return;
    before = joined ? here : 0;
    here = weight;
    end = walk.t;
    length = walk.length;
    sigma = walk.sigma;
    transmittance -= weight;
  }
}

/**
 * Asks the decoder at a few points of a ray, dense where the volume has its surface: `samples` even quantiles of the shares
 * of the guiding march, composited as in the exact march.
 * Source: facts performance.md section 2 (K exact samples by the volume's CDF). Twin: shaders/fast/refine.wgsl.
 */
export function refineRay(
  walk: VolumeWalk,
  points: PointEvaluator,
  ray: number,
  samples: number,
): BakedRay & { readonly evaluations: number } {
  let total = 0;
  guide(walk, ray, (_, __, share) => (total += share));
  const sum: [number, number, number] = [0, 0, 0];
  let last: ArrayLike<number> = sum;
  let [transmittance, moment, taken, passed, depth0, sigma0] = [1, 0, 0, 0, 0, 0];
  guide(walk, ray, (end, length, share) => {
    for (; taken < samples; taken++) {
      const part = (((taken + 0.5) / samples) * total - passed) / share;
      if (!(part <= 1)) break;
      const depth = end - (1 - part) * length;
      const { sigmas, colors } = points.evaluate(
        Float64Array.of(walk.at(0, depth), walk.at(1, depth), walk.at(2, depth)),
      );
      if (taken > 0) {
        const weight = transmittance * intervalAlpha(sigma0, sigmas[0]!, depth - depth0);
        for (let c = 0; c < 3; c++) sum[c]! += (weight * (last[c]! + colors[c]!)) / 2;
        moment += (weight * (depth0 + depth)) / 2;
        transmittance -= weight;
      }
      [last, depth0, sigma0] = [colors, depth, sigmas[0]!];
    }
    passed += share;
  });
  if (taken > 0 && transmittance <= opaque) {
    for (let c = 0; c < 3; c++) sum[c]! += transmittance * last[c]!;
    moment += transmittance * depth0;
    transmittance = 0;
  }
  const alpha = 1 - transmittance;
  return { color: sum, depth: alpha > 0 ? moment / alpha : 0, alpha, evaluations: taken };
}
