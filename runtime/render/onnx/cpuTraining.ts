import { ShapeError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import type { Execution, Session } from '../../execution/execution.js';
import { decoderGraph, decoderTensors } from '../../network/decoderGraph.js';
import { gradientGraph, gradientName } from '../../network/gradient/gradientGraph.js';
import { zeroDecoderGradients, type ViewGradients, type VolumeGradients } from '../backward/gradients.js';
import { marchRaysBackward, type PointGradients } from '../backward/rayMarchBackward.js';
import type { PointValues } from '../pointEvaluator.js';
import { triplaneBackward } from '../backward/triplaneBackward.js';
import { renderRaysWith, type RenderedRays } from '../cpuRenderer.js';
import type { Rays } from '../rays.js';
import type { RenderSettings } from '../settings.js';
import { unpackTexels, type Texels } from '../triplane.js';
import type { Decoder, PlaneProjection } from '../volume.js';
import { CpuPoints, type PointOptions } from './cpuPoints.js';

export interface CpuTrainingOptions {
  /** Gradients of the decoder too, for training all weights. Default false. */
  readonly decoder?: boolean;
  /** Gradients by the rays too, for cameras. Default true; without, origins and directions are 0. */
  readonly rays?: boolean;
  /**
   * Points whose gradients are smaller than this share of the largest of their request are left out: empty space and what
   * lies behind the surface. Default 0: none, exact.
   */
  readonly minGradient?: number;
}

/** What `render` computed for one request, so that `backward` of the same rays need not. */
interface Kept {
  readonly values: PointValues;
  /** [P, C] */
  readonly features: Float32Array;
}

/** Features kept of one view, bytes; beyond, they are looked up again. */
const mostKept = 64 * 1024 * 1024;

/** Points of one run of the decoder's backward: few, as what is left out leaves odd numbers, and padding costs. */
const backwardBatch = 1024;

// Taken out of the loops, see core/hash.ts.
const { abs } = Math;

/**
 * The renderer forward and backward on a CPU: planes looked up and scattered to in TypeScript, the decoder and its gradient
 * run by ONNX Runtime. Twin: runtime/render/backward/renderBackward.ts.
 */
export class CpuTraining {
  /** The rays rendered last, the planes they met, and what their requests were answered with, in order. */
  private _kept: { readonly rays: Rays; readonly texels: Texels; readonly requests: Kept[] } | null = null;
  /** What one run of the decoder's backward is fed with. */
  private readonly _batch: Readonly<Record<'features' | 'sigmas' | 'colors', Float32Array>>;

  private constructor(
    private readonly _points: CpuPoints,
    private readonly _backward: Session,
    private readonly _options: PointOptions,
    private readonly _settings: RenderSettings,
    private readonly _training: Required<CpuTrainingOptions>,
  ) {
    this._batch = {
      features: new Float32Array(backwardBatch * _options.decoder.channels),
      sigmas: new Float32Array(backwardBatch),
      colors: new Float32Array(backwardBatch * _options.channels),
    };
  }

  /** @throws ShapeError if `minGradient` is outside 0..1 */
  static async create(
    execution: Execution,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
    { decoder: withDecoder = false, rays = true, minGradient = 0 }: CpuTrainingOptions = {},
  ): Promise<CpuTraining> {
    if (!(minGradient >= 0 && minGradient < 1)) {
      throw new ShapeError(
        'training/minGradient',
        `minGradient: expected at least 0 and less than 1, got ${minGradient}. Leave it out to keep every point.`,
      );
    }
    const { boxWarp, channels } = settings;
    const options: PointOptions = { decoder, projection, boxWarp, channels };
    const wrt = ['features', ...(withDecoder ? decoderTensors : [])];
    const graph = gradientGraph(decoderGraph(decoder, backwardBatch, channels), { wrt, keepOutputs: false });
    const backward = await execution.load(graph);
    return new CpuTraining(await CpuPoints.create(execution, options), backward, options, settings, {
      decoder: withDecoder,
      rays,
      minGradient,
    });
  }

  /** @param planes [3, C, H, W] */
  setPlanes(planes: Tensor): void {
    this._kept = null;
    this._points.setPlanes(planes);
  }

  async render(rays: Rays): Promise<RenderedRays> {
    const { channels } = this._options.decoder;
    const { texels } = this._points;
    const requests: Kept[] = [];
    let bytes = 0;
    this._kept = null;
    const view = await renderRaysWith(
      async (points) => {
        bytes += (points.length / 3) * channels * 4;
        if (bytes > mostKept) return this._points.evaluate(points);
        const features = new Float32Array((points.length / 3) * channels);
        const values = await this._points.evaluate(points, features);
        requests.push({ values, features });
        return values;
      },
      rays,
      this._settings,
    );
    this._kept = { rays, texels, requests };
    return view;
  }

  /** Gradients of `render(rays)`. Of the rays rendered last, samples are still known; others are evaluated again. */
  async backward(rays: Rays, gradients: ViewGradients): Promise<VolumeGradients> {
    const { texels } = this._points;
    const kept = this._kept;
    // Planes may have been set while the rays were under way.
    const known = kept?.rays === rays && kept.texels === texels ? kept.requests : [];
    // Both passes ask for the same points in the same order; gradients follow the values of their chunk.
    let asked = 0;
    let answered = 0;
    const byTexels = new Float32Array(texels.data.length);
    const decoder = zeroDecoderGradients(this._options.decoder);
    const march = marchRaysBackward(rays, this._settings, gradients);
    let step = march.next();
    while (step.done !== true) {
      const request = step.value;
      step = march.next(
        'values' in request
          ? (known[asked++]?.values ?? (await this._points.evaluate(request.values)))
          : await this._back(request.gradients, known[answered++]?.features ?? null, byTexels, decoder),
      );
    }
    return { planes: unpackTexels(byTexels, texels), decoder, ...step.value };
  }

  async dispose(): Promise<void> {
    await this._points.dispose();
    await this._backward.dispose();
  }

  /** @returns by the points, [P, 3]; 0 without `rays` */
  private async _back(
    { points, bySigmas, byColors }: PointGradients,
    known: Float32Array | null,
    byTexels: Float32Array,
    decoder: VolumeGradients['decoder'],
  ): Promise<Float64Array> {
    const { boxWarp, channels, projection } = this._options;
    const { texels } = this._points;
    const { features, sigmas, colors } = this._batch;
    const byPoints = new Float64Array(points.length);
    const wanted = this._worthwhile(bySigmas, byColors);
    for (let first = 0; first < wanted.length; first += backwardBatch) {
      const rows = wanted.subarray(first, first + backwardBatch);
      if (known) gather(known, texels.channels, rows, features);
      else this._points.sampleRows(points, rows, features);
      gather(bySigmas, 1, rows, sigmas);
      gather(byColors, channels, rows, colors);
      const out = await this._backward.run({
        features: { dims: [backwardBatch, texels.channels], data: features },
        [gradientName('sigmas')]: { dims: [backwardBatch, 1], data: sigmas },
        [gradientName('colors')]: { dims: [backwardBatch, channels], data: colors },
      });
      const byFeatures = out[gradientName('features')]!.data!;
      const into = this._training.rays ? byPoints : null;
      triplaneBackward(texels, projection, boxWarp, points, rows, byFeatures, byTexels, into);
      if (!this._training.decoder) continue;
      for (const name of decoderTensors) {
        const sum = decoder[name];
        const some = out[gradientName(name)]!.data!;
        for (let i = 0; i < sum.length; i++) sum[i]! += some[i]!;
      }
    }
    return byPoints;
  }

  /** Numbers of the points whose gradients are not negligible; one that is no number counts as not. */
  private _worthwhile(bySigmas: Float64Array, byColors: Float64Array): Uint32Array {
    const { channels } = this._options;
    const sizes = new Float64Array(bySigmas.length);
    let most = 0;
    for (let p = 0; p < sizes.length; p++) {
      let size = abs(bySigmas[p]!);
      for (let c = p * channels; c < (p + 1) * channels; c++) size += abs(byColors[c]!);
      sizes[p] = size;
      if (size > most) most = size;
    }
    const least = this._training.minGradient * most;
    const wanted = new Uint32Array(sizes.length);
    let count = 0;
    for (let p = 0; p < sizes.length; p++) {
      if (sizes[p] === 0 || sizes[p]! < least) continue;
      wanted[count++] = p;
    }
    return wanted.subarray(0, count);
  }
}

/** Rows of [P, width] one behind the other; what is left of the batch is 0, so that it counts for nothing. */
function gather(from: Float64Array | Float32Array, width: number, rows: Uint32Array, into: Float32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i]! * width;
    for (let k = 0; k < width; k++) into[i * width + k] = from[at + k]!;
  }
  into.fill(0, rows.length * width);
}
