import { hashUniform } from '../core/hash.js';
import { jitterKeys, type RenderSettings } from './settings.js';

/** Where the importance pass draws, in [0, 1]. */
export function importanceDraws(settings: RenderSettings): (ray: number, draw: number) => number {
  const count = settings.depthResolutionImportance;
  if (settings.jitter === 'mid') return (_, draw) => (count > 1 ? draw / (count - 1) : 0);
  const { importance } = jitterKeys(settings.jitter.seed);
  return (ray, draw) => hashUniform(importance, ray * count + draw);
}

const weightFloor = 0.01;
const pdfFloor = 1e-5;
const emptyBin = 1e-5;

/**
 * Draws depths where the coarse pass found matter: its D - 1 weights, widened to their neighbours (max, then mean of
 * two), + 0.01, ends dropped, are a step density over the midpoints of the coarse depths, which is inverted.
 * Source: NeRF (Mildenhall 2020) 5.2 with Mip-NeRF's blur, as in EG3D. Twin: shaders/render/importance.wgsl.
 * @param weights [D - 1]
 * @param depths [D], increasing
 * @param draw number n of this ray, in [0, 1]
 * @param out [N], in the order of the draws
 */
export function importanceDepths(
  weights: Float64Array,
  depths: Float64Array,
  draw: (n: number) => number,
  out: Float64Array,
): void {
  const intervals = weights.length;
  const bins = intervals - 2; // weights without the first and the last
  const widened = (i: number): number => {
    const at = (k: number): number => (k < 0 || k >= intervals ? -Infinity : weights[k]!);
    return (Math.max(at(i - 1), at(i)) + Math.max(at(i), at(i + 1))) / 2 + weightFloor + pdfFloor;
  };
  const cdf = new Float64Array(bins + 1);
  for (let i = 0; i < bins; i++) cdf[i + 1] = cdf[i]! + widened(i + 1);
  const total = cdf[bins]!;
  for (let i = 0; i <= bins; i++) cdf[i]! /= total;
  const midpoint = (i: number): number => (depths[i]! + depths[i + 1]!) / 2;
  for (let n = 0; n < out.length; n++) {
    const u = draw(n);
    let above = 0; // number of cdf entries that are <= u
    while (above <= bins && cdf[above]! <= u) above++;
    const low = Math.max(above - 1, 0);
    const high = Math.min(above, bins);
    const width = cdf[high]! - cdf[low]!;
    const part = (u - cdf[low]!) / (width < emptyBin ? 1 : width);
    out[n] = midpoint(low) + part * (midpoint(high) - midpoint(low));
  }
}
