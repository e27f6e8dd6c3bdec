import { Matrix, solve } from 'ml-matrix';
import type { RenderedRays } from '../../../runtime/render/rayMarch.js';
import { identityTransform, transformSize, type ColorTransform } from './colorTransform.js';

/** How much of what was seen of a photo's colours before counts beside the next look. */
const memory = 0.8;
/** Cost of a changed gain, and of everything else, beside a mean squared difference of colours 0..1. */
const gainPrior = 0.005;
const otherPrior = 0.02;

/** Numbers a photo: looks, [4, 4] products of (colour, alpha) with themselves, [3, 4] of the photo's colour with them. */
const size = 1 + 16 + transformSize;

/**
 * The colour transforms of a person's photos. Each is the one of least squares between what was rendered of its photo lately
 * and the photo, held to the identity:
 *   M = argmin mean |M (c, a) - y|^2 + sum prior (M - I)^2,
 * c the rendered colour and a its alpha, y the photo's colour, all premultiplied. What the transforms of all photos share is
 * the person's own and is taken from each, so their mean is the identity.
 */
export class PhotoColors {
  private readonly _photos: Float32Array[];
  private readonly _solved: ColorTransform[];
  private _shared: Float64Array | null = null;

  /** @param centred the mean over all photos is held at the identity; false: of a single photo of a known person */
  constructor(
    readonly count: number,
    private readonly _centred = true,
  ) {
    this._photos = Array.from({ length: count }, () => new Float32Array(size));
    this._solved = Array.from({ length: count }, identityTransform);
  }

  /** [3, 4]; the identity until every photo was looked at. */
  of(photo: number): ColorTransform {
    if (!this._centred) return this._solved[photo]!;
    const shared = this._mean();
    if (!shared) return identityTransform();
    const identity = identityTransform();
    return this._solved[photo]!.map((value, k) => value - shared[k]! + identity[k]!);
  }

  /**
   * Takes in a look at a photo.
   * @param rendered as the head is, untransformed
   * @param color [3, R], 0..1, premultiplied
   * @param weight [R], how much each pixel counts; null: all the same
   */
  observe(photo: number, { features, alpha }: RenderedRays, color: Float32Array, weight: Float32Array | null): void {
    const count = alpha.length;
    const sums = new Float64Array(size - 1);
    const x = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const share = (weight ? weight[i]! : 1) / count;
      for (let k = 0; k < 3; k++) x[k] = (features[k * count + i]! + 1) / 2;
      x[3] = alpha[i]!;
      for (let a = 0; a < 4; a++) {
        for (let b = 0; b < 4; b++) sums[4 * a + b]! += share * x[a]! * x[b]!;
        for (let c = 0; c < 3; c++) sums[16 + 4 * c + a]! += share * color[c * count + i]! * x[a]!;
      }
    }
    const seen = this._photos[photo]!;
    seen[0] = memory * seen[0]! + 1;
    for (let k = 1; k < size; k++) seen[k] = memory * seen[k]! + sums[k - 1]!;
    this._solve(photo);
  }

  /** [photos * 29], for `restore`. */
  state(): Float32Array {
    const all = new Float32Array(this.count * size);
    this._photos.forEach((seen, i) => all.set(seen, i * size));
    return all;
  }

  restore(state: Float32Array): void {
    this._photos.forEach((seen, i) => {
      seen.set(state.subarray(i * size, (i + 1) * size));
      this._solve(i);
    });
  }

  private _solve(photo: number): void {
    const seen = this._photos[photo]!;
    this._shared = null;
    if (seen[0] === 0) return;
    const identity = identityTransform();
    for (let c = 0; c < 3; c++) {
      const prior = [0, 1, 2, 3].map((k) => (k === c ? gainPrior : otherPrior));
      const left = Matrix.from1DArray(
        4,
        4,
        Array.from({ length: 16 }, (_, k) => seen[1 + k]! / seen[0]! + (k % 5 === 0 ? prior[k % 4]! : 0)),
      );
      const right = prior.map((cost, k) => seen[17 + 4 * c + k]! / seen[0]! + cost * identity[4 * c + k]!);
      this._solved[photo]!.set(solve(left, Matrix.columnVector(right)).to1DArray(), 4 * c);
    }
  }

  /** Mean of all transforms; null until every photo was looked at. */
  private _mean(): Float64Array | null {
    if (this._shared) return this._shared;
    if (this._photos.some((seen) => seen[0] === 0)) return null;
    const mean = new Float64Array(transformSize);
    for (const each of this._solved) each.forEach((value, k) => (mean[k]! += value / this.count));
    return (this._shared = mean);
  }
}
