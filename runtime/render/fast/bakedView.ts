import type { RenderedRays } from '../rayMarch.js';
import type { Rays } from '../rays.js';
import type { RenderSettings } from '../settings.js';
import type { BakedVolume } from './bakedVolume.js';
import { bakeSettings, type BakeSettings } from './bakeSettings.js';
import { edgePixels } from './edgePixels.js';
import { marchBaked } from './marchBaked.js';
import { refineRay } from './refineRay.js';
import { VolumeWalk } from './volumeWalk.js';

/** What a view took. */
export interface ViewTally {
  /** Filtered voxels. */
  readonly fetches: number;
  /** Bricks of the occupancy. */
  readonly lookups: number;
  /** Points that were decoded. */
  readonly evaluations: number;
  /** Pixels with an alpha of at least 1/255. */
  readonly covered: number;
}

/** A view, the pixels in which the decoder was asked, and what it took. */
export interface BakedView extends RenderedRays {
  readonly edges: Uint32Array;
  readonly tally: ViewTally;
}

/** The exact march's samples lie so far behind a ray's bounds, as a share of what is between them: half a stratum. */
export const sampleLag = (depthResolution: number): number => 0.5 / (depthResolution - 1);

/**
 * A view of a baked face: the volume marched in every pixel, the decoder asked in those at edges.
 * Source: facts performance.md section 6. Twin: shaders/fast/march.wgsl, edges.wgsl and refine.wgsl.
 * @param rays of a square picture, rows from the top
 * @param settings of the exact march that this one stands for
 * @returns three features in -1..1 on transparent ground, depth (world units; the ray's end where nothing was hit), alpha
 */
export function renderBaked(
  baked: BakedVolume,
  rays: Rays,
  { depthResolution }: Pick<RenderSettings, 'depthResolution'>,
  changes: Partial<BakeSettings> = {},
): BakedView {
  const { edgeSamples } = bakeSettings(changes);
  const side = Math.round(Math.sqrt(rays.count));
  const view: RenderedRays = {
    features: new Float32Array(3 * rays.count),
    depth: new Float32Array(rays.count),
    alpha: new Float32Array(rays.count),
  };
  const walk = new VolumeWalk(baked, rays, sampleLag(depthResolution));
  const write = (ray: number, { color, alpha, depth }: ReturnType<typeof marchBaked>): void => {
    for (let c = 0; c < 3; c++) view.features[c * rays.count + ray] = 2 * color[c]! - 1;
    view.alpha[ray] = alpha;
    view.depth[ray] = alpha > 0 ? depth : rays.bounds[2 * ray + 1]!;
  };
  for (let ray = 0; ray < rays.count; ray++) write(ray, marchBaked(walk, ray));
  const edges = edgePixels(view, side);
  let evaluations = 0;
  for (const ray of edges) {
    const refined = refineRay(walk, baked.points, ray, edgeSamples);
    evaluations += refined.evaluations;
    write(ray, refined);
  }
  const { fetches, lookups } = walk;
  const covered = view.alpha.reduce((count, alpha) => count + (alpha >= 1 / 255 ? 1 : 0), 0);
  return { ...view, edges, tally: { fetches, lookups, evaluations, covered } };
}
