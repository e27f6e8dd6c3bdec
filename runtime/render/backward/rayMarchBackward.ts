import type { Points, PointValues } from '../pointEvaluator.js';
import type { Rays } from '../rays.js';
import { chunkRays, placeOf, sampleChunk, SortedRay, type ChunkSamples, type SampleSet } from '../samplePass.js';
import type { RenderSettings } from '../settings.js';
import type { ViewGradients } from './gradients.js';
import { marchBackward } from './marchBackward.js';

/** Gradients by the values at points. */
export interface PointGradients {
  readonly points: Points;
  /** `[P]`: by the density before its activation */
  readonly bySigmas: Float64Array;
  /** [P, channels] */
  readonly byColors: Float64Array;
}

/** Gradients by rays, [R, 3] each. */
export interface RayGradients {
  readonly origins: Float64Array;
  readonly directions: Float64Array;
}

/**
 * Asks either for values at points, or to take gradients at points and answer with gradients by the points, [P, 3].
 * Whoever drives it keeps the gradients of planes and decoder.
 */
export type BackwardRequest = { readonly values: Points } | { readonly gradients: PointGradients };
export type RayMarchBackward = Generator<BackwardRequest, RayGradients, PointValues | Float64Array>;

/** Drives the sampling passes, which know nothing of gradients. */
function* sampled(
  rays: Rays,
  settings: RenderSettings,
  first: number,
  count: number,
): Generator<BackwardRequest, ChunkSamples, PointValues | Float64Array> {
  const pass = sampleChunk(rays, settings, first, count);
  let step = pass.next();
  while (step.done !== true) step = pass.next((yield { values: step.value }) as PointValues);
  return step.value;
}

/**
 * The renderer's backward. Nothing of the forward pass is stored: samples are evaluated again, chunk by chunk. Depths of
 * samples, the importance ones too, are constants, as in the original.
 * Formulas beside the parts. Twin: the kernels in shaders/backward.
 */
export function* marchRaysBackward(rays: Rays, settings: RenderSettings, gradients: ViewGradients): RayMarchBackward {
  const byRays: RayGradients = {
    origins: new Float64Array(rays.count * 3),
    directions: new Float64Array(rays.count * 3),
  };
  const march = new RayBackward(settings, gradients, rays.count);
  for (let first = 0; first < rays.count; first += chunkRays) {
    const chunk = yield* sampled(rays, settings, first, Math.min(chunkRays, rays.count - first));
    const wanted = [chunk.coarse, chunk.fine].map((set) => ({
      set,
      bySigmas: new Float64Array(set.depths.length),
      byColors: new Float64Array(set.depths.length * settings.channels),
    }));
    for (let row = 0; row < chunk.count; row++) {
      march.ray(chunk, row, (set) => wanted.find((entry) => entry.set === set)!);
    }
    for (const { set, bySigmas, byColors } of wanted) {
      if (set.perRay === 0) continue;
      const byPoints = (yield { gradients: { points: set.points, bySigmas, byColors } }) as Float64Array;
      addByRays(byRays, first, set, byPoints);
    }
  }
  return byRays;
}

/** dL/dorigin = sum of dL/dpoint, dL/ddirection = sum of depth dL/dpoint. */
function addByRays({ origins, directions }: RayGradients, first: number, set: SampleSet, byPoints: Float64Array): void {
  for (let i = 0; i < set.depths.length; i++) {
    const ray = (first + Math.floor(i / set.perRay)) * 3;
    for (let axis = 0; axis < 3; axis++) {
      origins[ray + axis]! += byPoints[i * 3 + axis]!;
      directions[ray + axis]! += set.depths[i]! * byPoints[i * 3 + axis]!;
    }
  }
}

type Wanted = (set: SampleSet) => { readonly bySigmas: Float64Array; readonly byColors: Float64Array };

/** From the gradients of one ray's pixel to those of its samples' values. */
class RayBackward {
  private readonly _sorted: SortedRay;
  private readonly _byWeights: Float64Array;
  private readonly _bySigmas: Float64Array;
  private readonly _dots: Float64Array;

  constructor(
    private readonly _settings: RenderSettings,
    private readonly _gradients: ViewGradients,
    private readonly _rays: number,
  ) {
    this._sorted = new SortedRay(_settings);
    const samples = this._sorted.order.length;
    this._byWeights = new Float64Array(samples - 1);
    this._bySigmas = new Float64Array(samples);
    this._dots = new Float64Array(samples);
  }

  ray(chunk: ChunkSamples, row: number, wanted: Wanted): void {
    const { _sorted: sorted, _byWeights: byWeights, _dots: dots, _gradients: gradients } = this;
    const { channels, whiteBack } = this._settings;
    sorted.load(chunk, row);
    const { order, depths, sigmas, weights } = sorted;
    const ray = chunk.first + row;
    const byFeature = (c: number): number => 2 * gradients.features[c * this._rays + ray]!;

    let total = 0;
    let moment = 0;
    for (let i = 0; i < weights.length; i++) {
      total += weights[i]!;
      moment += (weights[i]! * (depths[i]! + depths[i + 1]!)) / 2;
    }
    // What every weight feels alike: alpha, and on white the background that it covers.
    let shared = gradients.alpha?.[ray] ?? 0;
    for (let c = 0; c < channels && whiteBack; c++) shared -= byFeature(c);
    for (let i = 0; i < order.length; i++) {
      const [set, at] = placeOf(chunk, row, order[i]!);
      let dot = 0;
      for (let c = 0; c < channels; c++) dot += byFeature(c) * set.values.colors[at * channels + c]!;
      dots[i] = dot;
    }
    // Where nothing was hit, the depth is a bound and does not move.
    const byDepth = total > 0 ? (gradients.depth?.[ray] ?? 0) / total : 0;
    const mean = total > 0 ? moment / total : 0;
    for (let i = 0; i < weights.length; i++) {
      const middle = (depths[i]! + depths[i + 1]!) / 2;
      byWeights[i] = shared + (dots[i]! + dots[i + 1]!) / 2 + byDepth * (middle - mean);
    }
    marchBackward(depths, sigmas, weights, byWeights, this._bySigmas);
    for (let i = 0; i < order.length; i++) {
      const [set, at] = placeOf(chunk, row, order[i]!);
      const { bySigmas, byColors } = wanted(set);
      bySigmas[at] = this._bySigmas[i]!;
      const before = i > 0 ? weights[i - 1]! : 0;
      const share = (before + (i < weights.length ? weights[i]! : 0)) / 2;
      for (let c = 0; c < channels; c++) byColors[at * channels + c] = share * byFeature(c);
    }
  }
}
