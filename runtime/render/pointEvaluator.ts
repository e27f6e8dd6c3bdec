import { decode } from './decoder.js';
import { packTexels, sampleTriplane, type Texels } from './triplane.js';
import type { Decoder, PlaneProjection, Volume } from './volume.js';

/** Points to be evaluated: [P, 3], world units. */
export type Points = Float64Array;

/** Density before its activation [P], and colours [P, channels]. */
export interface PointValues {
  readonly sigmas: Float64Array | Float32Array;
  readonly colors: Float64Array | Float32Array;
}

/** Looks points up in the planes: rows of features, [P, C]. */
export class PointSampler {
  private readonly _texels: Texels;
  private readonly _projection: PlaneProjection;

  constructor(
    volume: Volume,
    private readonly _boxWarp: number,
  ) {
    this._texels = packTexels(volume.planes);
    this._projection = volume.projection;
  }

  sample(points: Points, first: number, count: number, out: Float64Array | Float32Array): void {
    const { channels } = this._texels;
    for (let p = 0; p < count; p++) {
      const at = (first + p) * 3;
      const [x, y, z] = [points[at]!, points[at + 1]!, points[at + 2]!];
      sampleTriplane(this._texels, this._projection, this._boxWarp, x, y, z, out, p * channels);
    }
  }
}

/** Density and colours at points, in plain TypeScript and float64. */
export class PointEvaluator {
  private readonly _sampler: PointSampler;
  private readonly _decoder: Decoder;
  private readonly _features: Float64Array;
  private readonly _hidden: Float64Array;

  constructor(
    volume: Volume,
    boxWarp: number,
    private readonly _channels: number,
  ) {
    this._sampler = new PointSampler(volume, boxWarp);
    this._decoder = volume.decoder;
    this._features = new Float64Array(volume.decoder.channels);
    this._hidden = new Float64Array(volume.decoder.hidden);
  }

  evaluate(points: Points): PointValues {
    const count = points.length / 3;
    const sigmas = new Float64Array(count);
    const colors = new Float64Array(count * this._channels);
    for (let p = 0; p < count; p++) {
      this._sampler.sample(points, p, 1, this._features);
      const color = colors.subarray(p * this._channels, (p + 1) * this._channels);
      sigmas[p] = decode(this._decoder, this._features, color, this._hidden);
    }
    return { sigmas, colors };
  }
}
