import { coarseDepths, coarseJitter } from './depths.js';
import { importanceDepths, importanceDraws } from './importance.js';
import { marchWeights } from './marcher.js';
import type { Points, PointValues } from './pointEvaluator.js';
import type { Rays } from './rays.js';
import type { RenderSettings } from './settings.js';

/** Rays whose points are evaluated together. */
export const chunkRays = 512;

/** Samples of a chunk of rays, row by row: D coarse and N fine ones a ray. */
export interface ChunkSamples {
  readonly first: number;
  readonly count: number;
  readonly coarse: SampleSet;
  readonly fine: SampleSet;
  /** [count, D - 1]; empty without an importance pass */
  readonly weightsCoarse: Float64Array;
}

/** One pass' samples. */
export interface SampleSet {
  /** Samples a ray. */
  readonly perRay: number;
  /** [count, perRay], world units */
  readonly depths: Float64Array;
  readonly points: Points;
  readonly values: PointValues;
}

/** origin + t direction for `perRay` depths of each ray from `first` on. */
function pointsAt(rays: Rays, first: number, depths: Float64Array, perRay: number): Points {
  const points = new Float64Array(depths.length * 3);
  for (let i = 0; i < depths.length; i++) {
    const ray = (first + Math.floor(i / perRay)) * 3;
    for (let axis = 0; axis < 3; axis++) {
      points[i * 3 + axis] = rays.origins[ray + axis]! + depths[i]! * rays.directions[ray + axis]!;
    }
  }
  return points;
}

/**
 * Coarse and importance pass of `count` rays from `first` on. Yields the points it needs values at.
 * Source: EG3D (Chan 2022) section 4.1. Twin: shaders/render/density.wgsl and importance.wgsl.
 */
export function* sampleChunk(
  rays: Rays,
  settings: RenderSettings,
  first: number,
  count: number,
): Generator<Points, ChunkSamples, PointValues> {
  const { depthResolution: d, depthResolutionImportance: n } = settings;
  const jitter = coarseJitter(settings);
  const draws = importanceDraws(settings);
  const tc = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    const start = rays.bounds[(first + i) * 2]!;
    const end = rays.bounds[(first + i) * 2 + 1]!;
    coarseDepths(settings, first + i, start, end, jitter, tc.subarray(i * d, (i + 1) * d));
  }
  const coarsePoints = pointsAt(rays, first, tc, d);
  const coarse: SampleSet = { perRay: d, depths: tc, points: coarsePoints, values: yield coarsePoints };
  const tf = new Float64Array(count * n);
  const weightsCoarse = new Float64Array(n > 0 ? count * (d - 1) : 0);
  for (let i = 0; i < count && n > 0; i++) {
    const depths = tc.subarray(i * d, (i + 1) * d);
    const weights = weightsCoarse.subarray(i * (d - 1), (i + 1) * (d - 1));
    marchWeights(depths, coarse.values.sigmas.subarray(i * d, (i + 1) * d), weights);
    importanceDepths(weights, depths, (draw) => draws(first + i, draw), tf.subarray(i * n, (i + 1) * n));
  }
  const finePoints = pointsAt(rays, first, tf, n);
  const values = n > 0 ? yield finePoints : { sigmas: tf, colors: tf };
  return { first, count, coarse, fine: { perRay: n, depths: tf, points: finePoints, values }, weightsCoarse };
}

/** A ray's samples in the order of their depths, and the weights of the intervals between them. */
export class SortedRay {
  /** Sample numbers by depth: coarse ones 0 .. D - 1, then the fine ones. */
  readonly order: Int32Array;
  readonly depths: Float64Array;
  readonly sigmas: Float64Array;
  readonly weights: Float64Array;

  constructor(settings: RenderSettings) {
    const samples = settings.depthResolution + settings.depthResolutionImportance;
    this.order = new Int32Array(samples);
    this.depths = new Float64Array(samples);
    this.sigmas = new Float64Array(samples);
    this.weights = new Float64Array(samples - 1);
  }

  /** Takes row `row` of a chunk. */
  load({ coarse, fine }: ChunkSamples, row: number): void {
    const { order, depths, sigmas } = this;
    const { perRay: d } = coarse;
    const { perRay: n } = fine;
    const at = (sample: number): number =>
      sample < d ? coarse.depths[row * d + sample]! : fine.depths[row * n + sample - d]!;
    // Insertion: the coarse depths are sorted, the fine ones nearly always; equal depths keep their order.
    for (let i = 0; i < order.length; i++) {
      const key = at(i);
      let slot = i;
      while (slot > 0 && at(order[slot - 1]!) > key) {
        order[slot] = order[slot - 1]!;
        slot--;
      }
      order[slot] = i;
    }
    for (let i = 0; i < order.length; i++) {
      const sample = order[i]!;
      depths[i] = at(sample);
      sigmas[i] = sample < d ? coarse.values.sigmas[row * d + sample]! : fine.values.sigmas[row * n + sample - d]!;
    }
    marchWeights(depths, sigmas, this.weights);
  }
}

/** Where a sample's numbers stand: its pass and its row there. */
export function placeOf(chunk: ChunkSamples, row: number, sample: number): [SampleSet, number] {
  const { coarse, fine } = chunk;
  const isCoarse = sample < coarse.perRay;
  return isCoarse ? [coarse, row * coarse.perRay + sample] : [fine, row * fine.perRay + sample - coarse.perRay];
}
