import { hashUniform } from '../core/hash.js';
import { jitterKeys, type RenderSettings } from './settings.js';

/** Place of every sample inside its stratum, in [0, 1). */
export function coarseJitter(settings: RenderSettings): (ray: number, sample: number) => number {
  if (settings.jitter === 'mid') return () => 0.5;
  const { coarse } = jitterKeys(settings.jitter.seed);
  return (ray, sample) => hashUniform(coarse, ray * settings.depthResolution + sample);
}

/**
 * Stratified depths: start + (i + jitter) (end - start) / (D - 1), i = 0 .. D - 1 (the last lies beyond the end, as in
 * the original), or the same in 1 / t. Source: EG3D's stratified sampler. Twin: shaders/include/depths.wgsl.
 */
export function coarseDepths(
  settings: RenderSettings,
  ray: number,
  start: number,
  end: number,
  jitter: (ray: number, sample: number) => number,
  out: Float64Array,
): void {
  const steps = settings.depthResolution - 1;
  for (let i = 0; i <= steps; i++) {
    const s = (i + jitter(ray, i)) / steps;
    out[i] = settings.disparitySpaceSampling ? 1 / ((1 - s) / start + s / end) : start + s * (end - start);
  }
}
