import type { Points, PointValues } from './pointEvaluator.js';
import type { Rays } from './rays.js';
import { chunkRays, sampleChunk, SortedRay, type ChunkSamples } from './samplePass.js';
import type { RenderSettings } from './settings.js';

/** A rendered view, R rays. */
export interface RenderedRays {
  /** `[channels, R]`: 2 sum w c - 1 (+ 2 (1 - sum w) on white), the raw image in the first three. */
  readonly features: Float32Array;
  /** `[R]`: mean distance along the ray, world units; where nothing was hit, the farthest sample of all rays. */
  readonly depth: Float32Array;
  /** `[R]`: sum of the weights. (features + 1) / 2 is premultiplied with it on a transparent background. */
  readonly alpha: Float32Array;
}

/** Per-ray numbers of every stage, for tests. Sizes: D coarse, N fine, S = D + N samples. */
export interface RenderTrace {
  depthsCoarse: Float64Array[];
  sigmaCoarse: Float64Array[];
  weightsCoarse: Float64Array[];
  depthsFine: Float64Array[];
  sigmaFine: Float64Array[];
  depthsSorted: Float64Array[];
  weights: Float64Array[];
  /** [channels], before rounding to float32 */
  features: Float64Array[];
}

/** An empty trace to hand to `renderRays`. */
export function emptyTrace(): RenderTrace {
  return {
    depthsCoarse: [],
    sigmaCoarse: [],
    weightsCoarse: [],
    depthsFine: [],
    sigmaFine: [],
    depthsSorted: [],
    weights: [],
    features: [],
  };
}

/** Asks for values at points; is resumed with them. Ends with the view. */
export type RayMarch = Generator<Points, RenderedRays, PointValues>;

/**
 * The renderer's algorithm: coarse pass, importance pass, both sorted together, mid-point compositing. It yields the points
 * it needs, so that whoever drives it decides how they are evaluated: at once in TypeScript, or by ONNX Runtime.
 * Source: EG3D (Chan 2022) section 4.1; facts eg3d.md section 4. Twin: the kernels in shaders/render.
 * @param trace filled where given
 */
export function* marchRays(rays: Rays, settings: RenderSettings, trace?: RenderTrace): RayMarch {
  const view: RenderedRays = {
    features: new Float32Array(settings.channels * rays.count),
    depth: new Float32Array(rays.count),
    alpha: new Float32Array(rays.count),
  };
  const compositor = new Compositor(settings, view);
  for (let first = 0; first < rays.count; first += chunkRays) {
    const chunk = yield* sampleChunk(rays, settings, first, Math.min(chunkRays, rays.count - first));
    for (let row = 0; row < chunk.count; row++) {
      compositor.ray(chunk, row);
      if (trace) record(trace, chunk, row, compositor);
    }
  }
  const { depth, alpha } = view;
  const { nearest, farthest } = compositor;
  for (let ray = 0; ray < rays.count; ray++) {
    const distance = depth[ray]!;
    const isEmpty = Number.isNaN(distance) && alpha[ray] === 0;
    depth[ray] = isEmpty ? farthest : Math.min(farthest, Math.max(nearest, distance));
  }
  return view;
}

function record(trace: RenderTrace, chunk: ChunkSamples, row: number, { sorted, features }: Compositor): void {
  const part = (all: ArrayLike<number>, size: number): Float64Array =>
    Float64Array.from({ length: size }, (_, k) => all[row * size + k]!);
  const { coarse, fine, weightsCoarse } = chunk;
  trace.depthsCoarse.push(part(coarse.depths, coarse.perRay));
  trace.sigmaCoarse.push(part(coarse.values.sigmas, coarse.perRay));
  trace.weightsCoarse.push(part(weightsCoarse, fine.perRay > 0 ? coarse.perRay - 1 : 0));
  trace.depthsFine.push(part(fine.depths, fine.perRay));
  trace.sigmaFine.push(part(fine.values.sigmas, fine.perRay));
  trace.depthsSorted.push(sorted.depths.slice());
  trace.weights.push(sorted.weights.slice());
  trace.features.push(features.slice());
}

/** Adds a ray's samples up. */
class Compositor {
  readonly sorted: SortedRay;
  /** Of the last ray, before rounding. */
  readonly features: Float64Array;
  /** Of all sample depths so far. */
  nearest = Infinity;
  farthest = -Infinity;

  constructor(
    private readonly _settings: RenderSettings,
    private readonly _view: RenderedRays,
  ) {
    this.sorted = new SortedRay(_settings);
    this.features = new Float64Array(_settings.channels);
  }

  ray(chunk: ChunkSamples, row: number): void {
    const { channels, minWeight, whiteBack, depthResolution: d, depthResolutionImportance: n } = this._settings;
    const { sorted, features: color } = this;
    sorted.load(chunk, row);
    const { order, depths, weights } = sorted;
    color.fill(0);
    let total = 0;
    let moment = 0;
    for (let i = 0; i < order.length; i++) {
      const before = i > 0 ? weights[i - 1]! : 0;
      const behind = i < weights.length ? weights[i]! : 0;
      total += behind;
      if (i < weights.length) moment += (behind * (depths[i]! + depths[i + 1]!)) / 2;
      const share = (before + behind) / 2;
      if (share <= minWeight) continue;
      const sample = order[i]!;
      const { colors } = sample < d ? chunk.coarse.values : chunk.fine.values;
      const at = (sample < d ? row * d + sample : row * n + sample - d) * channels;
      for (let c = 0; c < channels; c++) color[c]! += share * colors[at + c]!;
    }
    const background = whiteBack ? 1 - total : 0;
    const { features, depth, alpha } = this._view;
    const ray = chunk.first + row;
    for (let c = 0; c < channels; c++) {
      color[c] = 2 * (color[c]! + background) - 1;
      features[c * depth.length + ray] = color[c]!;
    }
    alpha[ray] = total;
    depth[ray] = moment / total; // NaN where nothing was hit; the caller knows what then
    this.nearest = Math.min(this.nearest, depths[0]!);
    this.farthest = Math.max(this.farthest, depths[depths.length - 1]!);
  }
}
