import { coarseDepths, coarseJitter } from './depths.js';
import { importanceDepths, importanceDraws } from './importance.js';
import { marchWeights } from './marcher.js';
import type { Points, PointValues } from './pointEvaluator.js';
import type { Rays } from './rays.js';
import type { RenderSettings } from './settings.js';

/** A rendered view, R rays. */
export interface RenderedRays {
  /** [channels, R]: 2 sum w c - 1 (+ 2 (1 - sum w) on white), the raw image in the first three. */
  readonly features: Float32Array;
  /** [R]: mean distance along the ray, world units; where nothing was hit, the farthest sample of all rays. */
  readonly depth: Float32Array;
  /** [R]: sum of the weights. (features + 1) / 2 is premultiplied with it on a transparent background. */
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

/** Rays whose points are evaluated together. */
const chunkRays = 512;

/** Asks for values at points; is resumed with them. Ends with the view. */
export type RayMarch = Generator<Points, RenderedRays, PointValues>;

/**
 * The renderer's algorithm: coarse pass, importance pass, both sorted together, mid-point compositing. It yields the points
 * it needs, so that whoever drives it decides how they are evaluated: at once in TypeScript, or by ONNX Runtime.
 * Source: EG3D (Chan 2022) section 4.1; facts eg3d.md section 4. Twin: the kernels in shaders/render.
 * @param trace filled where given
 */
export function* marchRays(rays: Rays, settings: RenderSettings, trace?: RenderTrace): RayMarch {
  const { depthResolution: d, depthResolutionImportance: n, channels } = settings;
  const view: RenderedRays = {
    features: new Float32Array(channels * rays.count),
    depth: new Float32Array(rays.count),
    alpha: new Float32Array(rays.count),
  };
  const jitter = coarseJitter(settings);
  const draws = importanceDraws(settings);
  const extent = { nearest: Infinity, farthest: -Infinity };
  for (let first = 0; first < rays.count; first += chunkRays) {
    const count = Math.min(chunkRays, rays.count - first);
    const tc = new Float64Array(count * d);
    for (let i = 0; i < count; i++) {
      const [start, end] = [rays.bounds[(first + i) * 2]!, rays.bounds[(first + i) * 2 + 1]!];
      coarseDepths(settings, first + i, start, end, jitter, tc.subarray(i * d, (i + 1) * d));
    }
    const coarse = yield pointsAt(rays, first, tc, d);
    const tf = new Float64Array(count * n);
    const wc = new Float64Array(n > 0 ? count * (d - 1) : 0);
    for (let i = 0; i < count && n > 0; i++) {
      const depths = tc.subarray(i * d, (i + 1) * d);
      const weights = wc.subarray(i * (d - 1), (i + 1) * (d - 1));
      marchWeights(depths, coarse.sigmas.subarray(i * d, (i + 1) * d), weights);
      importanceDepths(weights, depths, (draw) => draws(first + i, draw), tf.subarray(i * n, (i + 1) * n));
    }
    const fine = n > 0 ? yield pointsAt(rays, first, tf, n) : { sigmas: tf, colors: tf };
    const composite = new Compositor(settings, view, extent);
    for (let i = 0; i < count; i++) {
      composite.ray(first + i, i, tc, coarse, tf, fine);
      if (trace) {
        const stage = (all: ArrayLike<number>, size: number): Float64Array =>
          Float64Array.from({ length: size }, (_, k) => all[i * size + k]!);
        trace.depthsCoarse.push(stage(tc, d));
        trace.sigmaCoarse.push(stage(coarse.sigmas, d));
        trace.weightsCoarse.push(stage(wc, n > 0 ? d - 1 : 0));
        trace.depthsFine.push(stage(tf, n));
        trace.sigmaFine.push(stage(fine.sigmas, n));
        trace.depthsSorted.push(composite.depths.slice());
        trace.weights.push(composite.weights.slice());
        trace.features.push(composite.features.slice());
      }
    }
  }
  const { depth, alpha } = view;
  for (let ray = 0; ray < rays.count; ray++) {
    const distance = depth[ray]!;
    const isEmpty = Number.isNaN(distance) && alpha[ray] === 0;
    depth[ray] = isEmpty ? extent.farthest : Math.min(extent.farthest, Math.max(extent.nearest, distance));
  }
  return view;
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

/** Sorts a ray's samples and adds them up. */
class Compositor {
  readonly depths: Float64Array;
  readonly weights: Float64Array;
  readonly features: Float64Array;
  private readonly _sigmas: Float64Array;
  /** Sample numbers in the order of their depths: coarse ones 0 .. D - 1, then the fine ones. */
  private readonly _order: Int32Array;
  private readonly _color: Float64Array;

  constructor(
    private readonly _settings: RenderSettings,
    private readonly _view: RenderedRays,
    private readonly _extent: { nearest: number; farthest: number },
  ) {
    const samples = _settings.depthResolution + _settings.depthResolutionImportance;
    this.depths = new Float64Array(samples);
    this.weights = new Float64Array(samples - 1);
    this.features = new Float64Array(_settings.channels);
    this._sigmas = new Float64Array(samples);
    this._order = new Int32Array(samples);
    this._color = new Float64Array(_settings.channels);
  }

  ray(ray: number, row: number, tc: Float64Array, coarse: PointValues, tf: Float64Array, fine: PointValues): void {
    const { depthResolution: d, depthResolutionImportance: n, channels, minWeight, whiteBack } = this._settings;
    const { depths, weights, _order: order, _color: color } = this;
    this._sort(row, tc, tf);
    for (let i = 0; i < order.length; i++) {
      const sample = order[i]!;
      depths[i] = sample < d ? tc[row * d + sample]! : tf[row * n + sample - d]!;
      this._sigmas[i] = sample < d ? coarse.sigmas[row * d + sample]! : fine.sigmas[row * n + sample - d]!;
    }
    marchWeights(depths, this._sigmas, weights);
    color.fill(0);
    let total = 0;
    let moment = 0;
    for (let i = 0; i < order.length; i++) {
      const before = weights[i - 1] ?? 0;
      const behind = weights[i] ?? 0;
      total += behind;
      moment += (behind * (depths[i]! + (depths[i + 1] ?? 0))) / 2;
      const share = (before + behind) / 2;
      if (share <= minWeight) continue;
      const sample = order[i]!;
      const from = sample < d ? coarse.colors : fine.colors;
      const at = (sample < d ? row * d + sample : row * n + sample - d) * channels;
      for (let c = 0; c < channels; c++) color[c]! += share * from[at + c]!;
    }
    const background = whiteBack ? 1 - total : 0;
    const { features, depth, alpha } = this._view;
    for (let c = 0; c < channels; c++) {
      this.features[c] = 2 * (color[c]! + background) - 1;
      features[c * depth.length + ray] = this.features[c]!;
    }
    alpha[ray] = total;
    depth[ray] = moment / total; // NaN where nothing was hit; the caller knows what then
    this._extent.nearest = Math.min(this._extent.nearest, depths[0]!);
    this._extent.farthest = Math.max(this._extent.farthest, depths[depths.length - 1]!);
  }

  /** Insertion: the coarse depths are sorted, the fine ones nearly always; equal depths keep their order. */
  private _sort(row: number, tc: Float64Array, tf: Float64Array): void {
    const { depthResolution: d, depthResolutionImportance: n } = this._settings;
    const order = this._order;
    const at = (sample: number): number => (sample < d ? tc[row * d + sample]! : tf[row * n + sample - d]!);
    for (let i = 0; i < order.length; i++) {
      const key = at(i);
      let slot = i;
      while (slot > 0 && at(order[slot - 1]!) > key) {
        order[slot] = order[slot - 1]!;
        slot--;
      }
      order[slot] = i;
    }
  }
}
