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

/** Density and colours at points, in plain TypeScript and float64. */
export class PointEvaluator {
  private readonly _texels: Texels;
  private readonly _projection: PlaneProjection;
  private readonly _decoder: Decoder;
  private readonly _features: Float64Array;
  private readonly _hidden: Float64Array;

  constructor(
    volume: Volume,
    private readonly _boxWarp: number,
    private readonly _channels: number,
  ) {
    this._texels = packTexels(volume.planes);
    this._projection = volume.projection;
    this._decoder = volume.decoder;
    this._features = new Float64Array(volume.decoder.channels);
    this._hidden = new Float64Array(volume.decoder.hidden);
  }

  evaluate(points: Points): PointValues {
    const count = points.length / 3;
    const sigmas = new Float64Array(count);
    const colors = new Float64Array(count * this._channels);
    for (let p = 0; p < count; p++) {
      const [x, y, z] = [points[p * 3]!, points[p * 3 + 1]!, points[p * 3 + 2]!];
      sampleTriplane(this._texels, this._projection, this._boxWarp, x, y, z, this._features);
      const color = colors.subarray(p * this._channels, (p + 1) * this._channels);
      sigmas[p] = decode(this._decoder, this._features, color, this._hidden);
    }
    return { sigmas, colors };
  }
}
