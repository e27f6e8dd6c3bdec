import { softplus } from '../decoder.js';
import { packTexels, type Texels } from '../triplane.js';
import type { Decoder, PlaneProjection, Volume } from '../volume.js';

/**
 * The decoder's first layer applied to every texel: folded[p][y][x] = W1 texel / 3. Lookups are linear, so the sum of three
 * of them plus b1 is what the first layer makes of a point's features.
 * @returns [3, H, W, hidden]
 * Twin: shaders/fast/foldPlanes.wgsl.
 */
export function foldPlanes({ planes, decoder }: Pick<Volume, 'planes' | 'decoder'>): Texels {
  const { data: texels, width, height, channels } = packTexels(planes);
  const { hidden, w1 } = decoder;
  const data = new Float32Array(3 * height * width * hidden);
  for (let texel = 0; texel < 3 * height * width; texel++) {
    const from = texel * channels;
    for (let h = 0; h < hidden; h++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += w1[h * channels + c]! * texels[from + c]!;
      data[texel * hidden + h] = sum / 3;
    }
  }
  return { data, width, height, channels: hidden };
}

/** Lookups this near to a texel's centre, in texels, are taken for the texel: a grid on the texels needs one tap of four. */
const snap = 1 / 1024;
// Taken out of the loops, see core/hash.ts.
const { exp, floor, round } = Math;

/** Density and colour of points, from folded planes. Twin: shaders/fast/include/folded.wgsl. */
export class FoldedField {
  private readonly _units: Float64Array;

  constructor(
    private readonly _folded: Texels,
    private readonly _projection: PlaneProjection,
    private readonly _decoder: Decoder,
    private readonly _boxWarp: number,
  ) {
    this._units = new Float64Array(_decoder.hidden);
  }

  /** Density before its activation at a point, world units. */
  density(x: number, y: number, z: number): number {
    this._lookUp(x, y, z);
    const { _units: units, _decoder: decoder } = this;
    let sum = decoder.b2[0]!;
    for (let h = 0; h < units.length; h++) sum += decoder.w2[h]! * softplus(units[h]!);
    return sum;
  }

  /**
   * @param out filled: red, green, blue (the decoder's first three colours) and density before its activation
   */
  evaluate(x: number, y: number, z: number, out: Float64Array): void {
    this._lookUp(x, y, z);
    const { _units: units } = this;
    const { b2, w2, hidden } = this._decoder;
    for (let h = 0; h < hidden; h++) units[h] = softplus(units[h]!);
    for (let o = 0; o < 4; o++) {
      let sum = b2[o]!;
      for (let h = 0; h < hidden; h++) sum += w2[o * hidden + h]! * units[h]!;
      if (o === 0) out[3] = sum;
      else out[o - 1] = 1.002 / (1 + exp(-sum)) - 0.001;
    }
  }

  private _lookUp(x: number, y: number, z: number): void {
    const { _units: units } = this;
    const { data, width, height, channels } = this._folded;
    units.set(this._decoder.b1);
    for (let plane = 0; plane < 3; plane++) {
      const [across, down] = this._projection[plane]!;
      const u = (across[0]! * x + across[1]! * y + across[2]! * z) * (2 / this._boxWarp);
      const v = (down[0]! * x + down[1]! * y + down[2]! * z) * (2 / this._boxWarp);
      const gx = round(((u + 1) * width - 1) / 2 / snap) * snap;
      const gy = round(((v + 1) * height - 1) / 2 / snap) * snap;
      const [x0, y0] = [floor(gx), floor(gy)];
      for (let tap = 0; tap < 4; tap++) {
        const column = x0 + (tap & 1);
        const row = y0 + (tap >> 1);
        const weight = (1 - Math.abs(gx - column)) * (1 - Math.abs(gy - row));
        if (weight === 0 || column < 0 || row < 0 || column >= width || row >= height) continue;
        const at = ((plane * height + row) * width + column) * channels;
        for (let h = 0; h < channels; h++) units[h]! += weight * data[at + h]!;
      }
    }
  }
}
