import { upperMedian } from '../../../runtime/core/median.js';

/** Cells of a photo along a side, whatever its size: teeth and lips are finer, a cap, a hand or a microphone is not. */
const cells = 16;
const area = cells * cells;
/** Numbers of a cell: looks, sums of the difference in red, green and blue. */
const perCell = 4;
/** How much of what was seen of a cell before counts beside the next look. */
const memory = 0.8;
/** Length of a colour difference, 0..1 a channel, that is not a head's own even where heads are drawn well. */
const least = 0.3;
/** In units of what most photos have in that cell. */
const times = 3;

/** Of a photo, how well it shows the person. */
export interface PhotoReliability {
  /** How much the photo counts, 0..1: the mean over its head. */
  readonly weight: number;
  /** Share of its head that hardly counts: something covers it, or it is another's. */
  readonly covered: number;
}

/**
 * How far each part of each photo is to be believed. A cap, a hand or a microphone of one photo differs from what the person
 * is rendered as, by far more than other photos do in that place; what differs in most photos is the head's own and not
 * learned yet. With e the length of a cell's mean colour difference and s = max(0.3, 3 median over photos of e),
 *   weight = 1 / (1 + (e / s)^4),
 * times the same of the photo's median cell, so that a photo of someone else counts less as a whole. A steeper relative of
 * Geman and McClure's (1985), with the scale of robust statistics.
 */
export class Reliability {
  /** [photos][cells * cells * 4] */
  private readonly _photos: Float32Array[];
  private _weights: (Float32Array | undefined)[];
  private _medians: Float32Array | null = null;
  /** Looks are no longer taken in: what training fits to a cap must not make it a head. */
  frozen = false;

  constructor(readonly count: number) {
    this._photos = Array.from({ length: count }, () => new Float32Array(area * perCell));
    this._weights = new Array<undefined>(count);
  }

  /**
   * Takes in a look at a photo.
   * @param error [3, R]: rendered minus photo, premultiplied, 0..1
   * @param resolution of the photo's level
   * @param pixels [R]: row * resolution + column
   */
  observe(photo: number, error: Float32Array, resolution: number, pixels: Uint32Array): void {
    if (this.frozen) return;
    const count = pixels.length;
    const sums = new Float64Array(area * perCell);
    for (let i = 0; i < count; i++) {
      const at = cellOf(pixels[i]!, resolution) * perCell;
      sums[at]! += 1;
      for (let c = 0; c < 3; c++) sums[at + 1 + c]! += error[c * count + i]!;
    }
    const seen = this._photos[photo]!;
    for (let cell = 0; cell < area; cell++) {
      const at = cell * perCell;
      if (sums[at] === 0) continue;
      seen[at] = memory * seen[at]! + 1;
      for (let c = 1; c < perCell; c++) seen[at + c] = memory * seen[at + c]! + sums[at + c]! / sums[at]!;
    }
    this._changed();
  }

  /** [R] of those pixels; null where there are too few photos to tell. */
  weights(photo: number, resolution: number, pixels: Uint32Array): Float32Array | null {
    if (this.count < fewest) return null;
    const map = this._map(photo);
    return Float32Array.from(pixels, (pixel) => map[cellOf(pixel, resolution)]!);
  }

  /**
   * @param mask [side, side], 0..1: where the photo's head is; null: everywhere
   */
  summary(photo: number, mask: Float32Array | null, side: number): PhotoReliability {
    if (this.count < fewest) return { weight: 1, covered: 0 };
    const map = this._map(photo);
    let [head, weight, covered] = [0, 0, 0];
    for (let pixel = 0; pixel < side * side; pixel++) {
      const share = mask ? mask[pixel]! : 1;
      const own = map[cellOf(pixel, side)]!;
      head += share;
      weight += share * own;
      covered += own < 0.5 ? share : 0;
    }
    return head > 0 ? { weight: weight / head, covered: covered / head } : { weight: 1, covered: 0 };
  }

  /** [photos * 1024], for `restore`. */
  state(): Float32Array {
    const all = new Float32Array(this.count * area * perCell);
    this._photos.forEach((seen, i) => all.set(seen, i * seen.length));
    return all;
  }

  restore(state: Float32Array): void {
    this._photos.forEach((seen, i) => seen.set(state.subarray(i * seen.length, (i + 1) * seen.length)));
    this._changed();
  }

  private _changed(): void {
    this._weights = new Array<undefined>(this.count);
    this._medians = null;
  }

  /** Length of a cell's mean difference; NaN where it was never seen. */
  private _length(photo: number, cell: number): number {
    const seen = this._photos[photo]!;
    const at = cell * perCell;
    return Math.hypot(seen[at + 1]!, seen[at + 2]!, seen[at + 3]!) / seen[at]!;
  }

  private _map(photo: number): Float32Array {
    const medians = (this._medians ??= Float32Array.from({ length: area }, (_, cell) =>
      upperMedian(this._photos.map((_seen, i) => this._length(i, cell)).filter((e) => e >= 0)),
    ));
    return (this._weights[photo] ??= this._mapBy(photo, medians));
  }

  private _mapBy(photo: number, medians: Float32Array): Float32Array {
    const lengths = Float32Array.from({ length: area }, (_, cell) => this._length(photo, cell));
    const whole = believed(
      upperMedian([...lengths].filter((e) => e > visible)),
      upperMedian([...medians].filter((e) => e > visible)),
    );
    return lengths.map((e, cell) => whole * believed(e, medians[cell]!));
  }
}

/** Photos below which none is an exception. */
const fewest = 6;
/** Cells that differ less show no head, or show it exactly. */
const visible = 0.01;

function believed(e: number, usual: number): number {
  if (!(e > 0)) return 1;
  const s = Math.max(least, times * (usual > 0 ? usual : 0));
  return 1 / (1 + (e / s) ** 4);
}

const cellOf = (pixel: number, resolution: number): number => {
  const [x, y] = [pixel % resolution, Math.floor(pixel / resolution)];
  return Math.floor((y * cells) / resolution) * cells + Math.floor((x * cells) / resolution);
};
