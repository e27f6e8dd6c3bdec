import { ShapeError } from '../../core/errors.js';
import { formatDims, type Tensor } from '../../core/tensor.js';
import type { Execution, Session } from '../../execution/execution.js';
import { decoderGraph } from '../../network/decoderGraph.js';
import type { Points, PointValues } from '../pointEvaluator.js';
import { packTexels, sampleTriplane, type Texels } from '../triplane.js';
import type { Decoder, PlaneProjection } from '../volume.js';

/** Points of one run of the decoder; fewer are padded. */
export const pointBatch = 4096;

/** How a volume's points are evaluated; the planes come later, and change. */
export interface PointOptions {
  readonly decoder: Decoder;
  readonly projection: PlaneProjection;
  /** Side of the cube the planes span, world units. */
  readonly boxWarp: number;
  /** Colour channels wanted. */
  readonly channels: number;
}

/** Evaluates points on a CPU: planes looked up in TypeScript, the decoder run by ONNX Runtime. */
export class CpuPoints {
  private readonly _features: Float32Array;
  private _texels: Texels | null = null;

  private constructor(
    private readonly _session: Session,
    private readonly _options: PointOptions,
  ) {
    this._features = new Float32Array(pointBatch * _options.decoder.channels);
  }

  static async create(execution: Execution, options: PointOptions): Promise<CpuPoints> {
    const session = await execution.load(decoderGraph(options.decoder, pointBatch, options.channels));
    return new CpuPoints(session, options);
  }

  /** @param planes [3, C, H, W] */
  setPlanes(planes: Tensor): void {
    const { channels } = this._options.decoder;
    if (planes.dims.length !== 4 || planes.dims[0] !== 3 || planes.dims[1] !== channels) {
      throw new ShapeError('render/planes', `planes: expected [3, ${channels}, H, W], got ${formatDims(planes.dims)}.`);
    }
    this._texels = packTexels(planes);
  }

  get texels(): Texels {
    if (!this._texels) throw new ShapeError('render/planes', 'points: there are no planes yet. Call setPlanes first.');
    return this._texels;
  }

  /**
   * Looks up `count` points from `first` on.
   * @returns [pointBatch, C]; rows behind the last point hold anything. Overwritten by the next call.
   */
  sample(points: Points, first: number, count: number): Tensor {
    const { projection, boxWarp } = this._options;
    const { texels } = this;
    for (let p = 0; p < count; p++) {
      const at = (first + p) * 3;
      const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
      sampleTriplane(texels, projection, boxWarp, x, y, z, this._features, p * texels.channels);
    }
    return { dims: [pointBatch, texels.channels], data: this._features };
  }

  /**
   * Looks up some of `points`.
   * @param rows which points
   * @param into [at least rows, C]: set; what is behind them, to 0
   */
  sampleRows(points: Points, rows: Uint32Array, into: Float32Array): void {
    const { projection, boxWarp } = this._options;
    const { texels } = this;
    for (let i = 0; i < rows.length; i++) {
      const at = rows[i]! * 3;
      const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
      sampleTriplane(texels, projection, boxWarp, x, y, z, into, i * texels.channels);
    }
    into.fill(0, rows.length * texels.channels);
  }

  /** @param keep [P, C]: filled with the features looked up, where given */
  async evaluate(points: Points, keep?: Float32Array): Promise<PointValues> {
    const { channels } = this._options;
    const count = points.length / 3;
    const sigmas = new Float32Array(count);
    const colors = new Float32Array(count * channels);
    for (let first = 0; first < count; first += pointBatch) {
      const some = Math.min(pointBatch, count - first);
      const features = this.sample(points, first, some);
      keep?.set(features.data.subarray(0, some * features.dims[1]!), first * features.dims[1]!);
      const out = await this._session.run({ features });
      sigmas.set(out.sigmas!.data!.subarray(0, some), first);
      colors.set(out.colors!.data!.subarray(0, some * channels), first * channels);
    }
    return { sigmas, colors };
  }

  dispose(): Promise<void> {
    return this._session.dispose();
  }
}
