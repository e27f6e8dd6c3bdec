import type { Tensor } from '../core/tensor.js';
import type { Execution, Session } from '../execution/execution.js';
import { decoderGraph, decoderTensors } from '../network/decoderGraph.js';
import { gradientGraph, gradientName } from '../network/gradient/gradientGraph.js';
import { zeroDecoderGradients, type ViewGradients, type VolumeGradients } from '../render/backward/gradients.js';
import { marchRaysBackward, type PointGradients } from '../render/backward/rayMarchBackward.js';
import type { PointValues } from '../render/pointEvaluator.js';
import { triplaneBackward } from '../render/backward/triplaneBackward.js';
import { renderRaysWith, type RenderedRays } from '../render/cpuRenderer.js';
import type { Rays } from '../render/rays.js';
import type { RenderSettings } from '../render/settings.js';
import { unpackTexels } from '../render/triplane.js';
import type { Decoder, PlaneProjection } from '../render/volume.js';
import { CpuPoints, pointBatch, type PointOptions } from './cpuPoints.js';

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
const mostKept = 128 * 1024 * 1024;

/**
 * The renderer forward and backward on a CPU: planes looked up and scattered to in TypeScript, the decoder and its gradient
 * run by ONNX Runtime. Twin: runtime/render/backward/renderBackward.ts.
 */
export class CpuTraining {
  /** The rays rendered last, and what their requests were answered with, in order. */
  private _kept: { readonly rays: Rays; readonly requests: Kept[] } | null = null;

  private constructor(
    private readonly _points: CpuPoints,
    private readonly _backward: Session,
    private readonly _options: PointOptions,
    private readonly _settings: RenderSettings,
    private readonly _training: Required<CpuTrainingOptions>,
  ) {}

  static async create(
    execution: Execution,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
    { decoder: withDecoder = false, rays = true, minGradient = 0 }: CpuTrainingOptions = {},
  ): Promise<CpuTraining> {
    const { boxWarp, channels } = settings;
    const options: PointOptions = { decoder, projection, boxWarp, channels };
    const wrt = ['features', ...(withDecoder ? decoderTensors : [])];
    const graph = gradientGraph(decoderGraph(decoder, pointBatch, channels), { wrt, keepOutputs: false });
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
    this._kept = { rays, requests };
    return view;
  }

  /** Gradients of `render(rays)`. Of the rays rendered last, samples are still known; others are evaluated again. */
  async backward(rays: Rays, gradients: ViewGradients): Promise<VolumeGradients> {
    const { texels } = this._points;
    const known = this._kept?.rays === rays ? this._kept.requests : [];
    // Both passes ask for the same points in the same order; gradients follow the values of their chunk.
    let asked = 0;
    let answered = 0;
    const byTexels = new Float64Array(texels.data.length);
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

  private async _back(
    all: PointGradients,
    known: Float32Array | null,
    byTexels: Float64Array,
    decoder: VolumeGradients['decoder'],
  ): Promise<Float64Array> {
    const { boxWarp, channels, projection } = this._options;
    const { texels } = this._points;
    const byAllPoints = new Float64Array(all.points.length);
    const { wanted, points, bySigmas, byColors } = this._worthwhile(all);
    const byPoints = this._training.rays ? new Float64Array(wanted.length * 3) : null;
    for (let first = 0; first < wanted.length; first += pointBatch) {
      const some = Math.min(pointBatch, wanted.length - first);
      // New ones each time: what stands behind the last point must count for nothing.
      const sigmas = new Float32Array(pointBatch);
      const colors = new Float32Array(pointBatch * channels);
      sigmas.set(bySigmas.subarray(first, first + some));
      colors.set(byColors.subarray(first * channels, (first + some) * channels));
      const out = await this._backward.run({
        features: known
          ? gather(known, texels.channels, wanted, first, some)
          : this._points.sample(points, first, some),
        [gradientName('sigmas')]: { dims: [pointBatch, 1], data: sigmas },
        [gradientName('colors')]: { dims: [pointBatch, channels], data: colors },
      });
      const byFeatures = out[gradientName('features')]!.data!;
      for (let p = 0; p < some; p++) {
        const at = (first + p) * 3;
        const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
        const offset = p * texels.channels;
        triplaneBackward(texels, projection, boxWarp, x, y, z, byFeatures, offset, byTexels, byPoints, at);
      }
      if (!this._training.decoder) continue;
      for (const name of decoderTensors) {
        out[gradientName(name)]!.data!.forEach((value, i) => (decoder[name][i]! += value));
      }
    }
    if (byPoints) wanted.forEach((p, i) => byAllPoints.set(byPoints.subarray(i * 3, i * 3 + 3), p * 3));
    return byAllPoints;
  }

  /** The points whose gradients are not negligible, close together. */
  private _worthwhile({
    points,
    bySigmas,
    byColors,
  }: PointGradients): PointGradients & { readonly wanted: Uint32Array } {
    const { channels } = this._options;
    const sizes = Float64Array.from(bySigmas, (bySigma, p) => {
      let size = bySigma < 0 ? -bySigma : bySigma;
      for (let c = p * channels; c < (p + 1) * channels; c++) size += byColors[c]! < 0 ? -byColors[c]! : byColors[c]!;
      return size;
    });
    const least = this._training.minGradient * sizes.reduce((most, size) => (size > most ? size : most), 0);
    const wanted: number[] = [];
    for (let p = 0; p < sizes.length; p++) if (sizes[p]! >= least) wanted.push(p);
    const pick = <T extends Float64Array | Float32Array>(from: T, width: number, into: T): T => {
      wanted.forEach((p, i) => into.set(from.subarray(p * width, (p + 1) * width), i * width));
      return into;
    };
    return {
      wanted: Uint32Array.from(wanted),
      points: pick(points, 3, new Float64Array(wanted.length * 3)),
      bySigmas: pick(bySigmas, 1, new Float64Array(wanted.length)),
      byColors: pick(byColors, channels, new Float64Array(wanted.length * channels)),
    };
  }
}

/** Rows `wanted[first ..]` of [P, C] as one batch of the decoder. */
function gather(rows: Float32Array, width: number, wanted: Uint32Array, first: number, count: number): Tensor {
  const data = new Float32Array(pointBatch * width);
  for (let i = 0; i < count; i++) {
    const from = wanted[first + i]! * width;
    data.set(rows.subarray(from, from + width), i * width);
  }
  return { dims: [pointBatch, width], data };
}
