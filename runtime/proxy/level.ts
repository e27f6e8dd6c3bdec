import { AssetError } from '../core/errors.js';
import type { Rays } from '../render/rays.js';
import { opticalDensity, type Radiance } from './field.js';

/** Where rays have met half of what there is to meet. */
export interface Crossings {
  /** [R], distance along the ray; NaN where the ray never gets so far */
  readonly depths: Float64Array;
  /** [R], density before activation there; NaN where `depths` is */
  readonly sigmas: Float64Array;
}

const defaultSteps = 128;
const fineSteps = 24;

/** Where each ray reaches alpha 0.5: the optical thickness of ln 2. A coarse pass finds the stretch, a fine one the place. */
export async function halfAlpha(radiance: Radiance, rays: Rays, coarseSteps = defaultSteps): Promise<Crossings> {
  const starts = Float64Array.from({ length: rays.count }, (_, ray) => rays.bounds[ray * 2]!);
  const lengths = starts.map((start, ray) => rays.bounds[ray * 2 + 1]! - start);
  const coarse = await cross(radiance, rays, starts, lengths, coarseSteps);
  // The fine pass starts where nothing was yet met, one interval earlier for what the coarse one overlooked.
  const step = lengths.map((length) => length / (coarseSteps - 1));
  const near = coarse.depths.map((depth, ray) => (Number.isNaN(depth) ? starts[ray]! : depth - 3 * step[ray]!));
  const fine = await cross(
    radiance,
    rays,
    near,
    step.map((length) => 5 * length),
    fineSteps,
  );
  coarse.depths.forEach((depth, ray) => {
    if (Number.isNaN(depth)) fine.depths[ray] = fine.sigmas[ray] = NaN;
  });
  return fine;
}

async function cross(
  radiance: Radiance,
  rays: Rays,
  starts: Float64Array,
  lengths: Float64Array,
  steps: number,
): Promise<Crossings> {
  const depths = new Float64Array(rays.count).fill(NaN);
  const found = new Float64Array(rays.count).fill(NaN);
  const depthAt = (ray: number, s: number): number => starts[ray]! + (lengths[ray]! * s) / (steps - 1);
  const points = new Float64Array(rays.count * steps * 3);
  for (let i = 0; i < rays.count * steps; i++) {
    const ray = Math.floor(i / steps);
    for (let axis = 0; axis < 3; axis++) {
      points[i * 3 + axis] = rays.origins[ray * 3 + axis]! + depthAt(ray, i % steps) * rays.directions[ray * 3 + axis]!;
    }
  }
  const { sigmas } = await radiance(points);
  for (let ray = 0; ray < rays.count; ray++) {
    let thickness = 0;
    for (let s = 0; s + 1 < steps; s++) {
      const [before, behind] = [sigmas[ray * steps + s]!, sigmas[ray * steps + s + 1]!];
      const added = (opticalDensity((before + behind) / 2) * lengths[ray]!) / (steps - 1);
      if (thickness + added >= Math.LN2) {
        const share = (Math.LN2 - thickness) / added;
        depths[ray] = depthAt(ray, s + share);
        found[ray] = before + share * (behind - before);
        break;
      }
      thickness += added;
    }
  }
  return { depths, sigmas: found };
}

/**
 * The density whose surface is what one sees: the median of the densities at which rays reach alpha 0.5.
 * @throws AssetError where the rays meet nothing
 */
export async function surfaceLevel(radiance: Radiance, rays: Rays): Promise<number> {
  const met = (await halfAlpha(radiance, rays)).sigmas.filter((sigma) => !Number.isNaN(sigma)).sort();
  if (met.length === 0) {
    throw new AssetError('proxy/empty', 'proxy: from the front there is no head to be seen. Is the base trained?');
  }
  return met[met.length >> 1]!;
}
