import type { Tensor } from '../core/tensor.js';
import type { Execution, Session } from '../execution/execution.js';
import { decoderGraph, decoderTensors } from '../network/decoderGraph.js';
import { gradientGraph, gradientName } from '../network/gradient/gradientGraph.js';
import { zeroDecoderGradients, type ViewGradients, type VolumeGradients } from '../render/backward/gradients.js';
import { marchRaysBackward, type PointGradients } from '../render/backward/rayMarchBackward.js';
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
}

/**
 * The renderer forward and backward on a CPU: planes looked up and scattered to in TypeScript, the decoder and its gradient
 * run by ONNX Runtime. Twin: runtime/render/backward/renderBackward.ts.
 */
export class CpuTraining {
  private constructor(
    private readonly _points: CpuPoints,
    private readonly _backward: Session,
    private readonly _options: PointOptions,
    private readonly _settings: RenderSettings,
    private readonly _withDecoder: boolean,
  ) {}

  static async create(
    execution: Execution,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
    { decoder: withDecoder = false }: CpuTrainingOptions = {},
  ): Promise<CpuTraining> {
    const { boxWarp, channels } = settings;
    const options: PointOptions = { decoder, projection, boxWarp, channels };
    const wrt = ['features', ...(withDecoder ? decoderTensors : [])];
    const graph = gradientGraph(decoderGraph(decoder, pointBatch, channels), { wrt, keepOutputs: false });
    const backward = await execution.load(graph);
    return new CpuTraining(await CpuPoints.create(execution, options), backward, options, settings, withDecoder);
  }

  /** @param planes [3, C, H, W] */
  setPlanes(planes: Tensor): void {
    this._points.setPlanes(planes);
  }

  render(rays: Rays): Promise<RenderedRays> {
    return renderRaysWith((points) => this._points.evaluate(points), rays, this._settings);
  }

  /** Gradients of `render(rays)`; samples are evaluated again. */
  async backward(rays: Rays, gradients: ViewGradients): Promise<VolumeGradients> {
    const { texels } = this._points;
    const byTexels = new Float64Array(texels.data.length);
    const decoder = zeroDecoderGradients(this._options.decoder);
    const march = marchRaysBackward(rays, this._settings, gradients);
    let step = march.next();
    while (step.done !== true) {
      const request = step.value;
      step = march.next(
        'values' in request
          ? await this._points.evaluate(request.values)
          : await this._back(request.gradients, byTexels, decoder),
      );
    }
    return { planes: unpackTexels(byTexels, texels), decoder, ...step.value };
  }

  async dispose(): Promise<void> {
    await this._points.dispose();
    await this._backward.dispose();
  }

  private async _back(
    { points, bySigmas, byColors }: PointGradients,
    byTexels: Float64Array,
    decoder: VolumeGradients['decoder'],
  ): Promise<Float64Array> {
    const { boxWarp, channels, projection } = this._options;
    const { texels } = this._points;
    const byPoints = new Float64Array(points.length);
    for (let first = 0; first < bySigmas.length; first += pointBatch) {
      const some = Math.min(pointBatch, bySigmas.length - first);
      // New ones each time: what stands behind the last point must count for nothing.
      const sigmas = new Float32Array(pointBatch);
      const colors = new Float32Array(pointBatch * channels);
      sigmas.set(bySigmas.subarray(first, first + some));
      colors.set(byColors.subarray(first * channels, (first + some) * channels));
      const out = await this._backward.run({
        features: this._points.sample(points, first, some),
        [gradientName('sigmas')]: { dims: [pointBatch, 1], data: sigmas },
        [gradientName('colors')]: { dims: [pointBatch, channels], data: colors },
      });
      const byFeatures = out[gradientName('features')]!.data!;
      for (let p = 0; p < some; p++) {
        const at = (first + p) * 3;
        const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
        const offset = p * texels.channels;
        byPoints.set(triplaneBackward(texels, projection, boxWarp, x, y, z, byFeatures, offset, byTexels), at);
      }
      if (!this._withDecoder) continue;
      for (const name of decoderTensors) {
        out[gradientName(name)]!.data!.forEach((value, i) => (decoder[name][i]! += value));
      }
    }
    return byPoints;
  }
}
