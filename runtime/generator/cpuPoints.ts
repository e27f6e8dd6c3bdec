import type { Execution, Session } from '../execution/execution.js';
import { decoderGraph } from '../network/decoderGraph.js';
import { PointSampler, type Points, type PointValues } from '../render/pointEvaluator.js';
import type { Volume } from '../render/volume.js';

/** Points of one run of the decoder; fewer are padded. */
const batch = 4096;

/** Evaluates points on a CPU: planes looked up in TypeScript, the decoder run by ONNX Runtime. */
export class CpuPoints {
  private readonly _features: Float32Array;

  private constructor(
    private readonly _session: Session,
    private readonly _sampler: PointSampler,
    private readonly _inputs: number,
    private readonly _channels: number,
  ) {
    this._features = new Float32Array(batch * _inputs);
  }

  static async create(execution: Execution, volume: Volume, boxWarp: number, channels: number): Promise<CpuPoints> {
    const session = await execution.load(decoderGraph(volume.decoder, batch, channels));
    return new CpuPoints(session, new PointSampler(volume, boxWarp), volume.decoder.channels, channels);
  }

  async evaluate(points: Points): Promise<PointValues> {
    const count = points.length / 3;
    const sigmas = new Float32Array(count);
    const colors = new Float32Array(count * this._channels);
    for (let first = 0; first < count; first += batch) {
      const some = Math.min(batch, count - first);
      this._sampler.sample(points, first, some, this._features);
      const features = { dims: [batch, this._inputs], data: this._features };
      const out = await this._session.run({ features });
      sigmas.set(out.sigmas!.data!.subarray(0, some), first);
      colors.set(out.colors!.data!.subarray(0, some * this._channels), first * this._channels);
    }
    return { sigmas, colors };
  }

  dispose(): Promise<void> {
    return this._session.dispose();
  }
}
