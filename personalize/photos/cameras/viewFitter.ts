import type { HeadShape } from './headShape.js';
import { choleskySolve } from './cholesky.js';
import { focalPerDistance } from './convention.js';
import { byViewAt, cameraPointAt, moveView, pointTerms, termsSize, viewUnknowns, type FreeView } from './pointTerms.js';
import { cornerNormals, visibility } from './visibility.js';

/** What holds a view's distance. */
export interface DistancePrior {
  /** World units, with the standard deviation of its logarithm. */
  readonly distance: number;
  readonly spread: number;
  /** Focal length in pixels where the file tells it, with the standard deviation of its logarithm. */
  readonly focal: number | null;
  readonly focalSpread: number;
}

/** Fits views to one shape by Gauss-Newton with Huber's loss; holds what all steps share. */
export class ViewFitter {
  /** Of the shape's corners, outwards: [468, 3]. */
  readonly normals: Float64Array;
  readonly #terms = new Float64Array(termsSize);
  readonly #matrix = new Float64Array(viewUnknowns ** 2);
  readonly #vector = new Float64Array(viewUnknowns);
  #total = 0;
  #squares = 0;

  /**
   * @param points [468, 3]
   * @param noise of a landmark, against the prior of the distance; crop sides
   * @param outlier residual from which a landmark counts less, crop sides
   */
  constructor(
    private readonly shape: HeadShape,
    private readonly points: Float64Array,
    private readonly noise: number,
    private readonly outlier: number,
  ) {
    this.normals = new Float64Array(points.length);
    cornerNormals(points, shape.triangles, this.normals);
  }

  /**
   * Moves a view to its best place.
   * @param pixels [468, 2]
   * @param prior null holds the distance where it is
   * @returns what was left before the last step: Huber's loss over the noise's square, with the prior's
   */
  refine(view: FreeView, pixels: Float64Array, prior: DistancePrior | null, steps = 20): number {
    let cost = Infinity;
    for (let step = 0; step < steps; step++) {
      cost = this.#accumulate(view, pixels, prior);
      if (!this.#solve()) break;
      const change = this.#vector;
      const turn = Math.hypot(change[0]!, change[1]!, change[2]!);
      const share = Math.min(1, 0.5 / turn, 0.4 / Math.max(Math.abs(change[3]!), Math.abs(change[6]!)));
      moveView(view, change, 0, share);
      if (turn < 1e-6 && Math.abs(change[3]!) < 1e-6 && Math.abs(change[6]!) < 1e-5) break;
    }
    return cost;
  }

  /**
   * Root mean square residual of a view, crop sides, each landmark with its weight in the fit: hidden ones, those of soft
   * parts and those beyond `outlier` count less.
   */
  error(view: FreeView, pixels: Float64Array): number {
    this.#accumulate(view, pixels, null);
    return Math.sqrt(this.#squares / this.#total) * (view.unit / view.side);
  }

  /** Normal equations at a view; the vector is the negative gradient. */
  #accumulate(view: FreeView, pixels: Float64Array, prior: DistancePrior | null): number {
    const [matrix, vector, terms] = [this.#matrix, this.#vector, this.#terms];
    const { rigid } = this.shape;
    matrix.fill(0);
    vector.fill(0);
    this.#total = 0;
    this.#squares = 0;
    const scale = 1 / this.noise ** 2;
    // Without a prior the distance stays: a unit row leaves its unknown out.
    const unknowns = prior ? viewUnknowns : viewUnknowns - 1;
    let cost = 0;
    for (let i = 0; i < rigid.length; i++) {
      pointTerms(view, this.points, 3 * i, pixels[2 * i]!, pixels[2 * i + 1]!, terms);
      const length = Math.hypot(terms[0]!, terms[1]!);
      const trust = rigid[i]! * visibility(view, this.normals, 3 * i, terms, cameraPointAt);
      const weight = length > this.outlier ? (trust * this.outlier) / length : trust;
      this.#total += weight;
      this.#squares += weight * length ** 2;
      cost += trust * (length > this.outlier ? this.outlier * (2 * length - this.outlier) : length ** 2) * scale;
      for (let row = 0; row < unknowns; row++) {
        const [u, v] = [
          weight * scale * terms[byViewAt + row]!,
          weight * scale * terms[byViewAt + viewUnknowns + row]!,
        ];
        vector[row]! -= u * terms[0]! + v * terms[1]!;
        for (let column = 0; column <= row; column++) {
          matrix[row * viewUnknowns + column]! +=
            u * terms[byViewAt + column]! + v * terms[byViewAt + viewUnknowns + column]!;
        }
      }
    }
    if (!prior) matrix[viewUnknowns ** 2 - 1] = 1;
    else cost += addDistancePrior(view, prior, matrix, viewUnknowns, 0, vector);
    return cost;
  }

  #solve(): boolean {
    for (let i = 0; i < viewUnknowns; i++) this.#matrix[i * (viewUnknowns + 1)]! *= 1 + 1e-9;
    return choleskySolve(this.#matrix, viewUnknowns, this.#vector);
  }
}

/**
 * Adds the prior of a view's distance to normal equations whose vector is the negative gradient.
 * A file's focal length says side f = focal, f = focalPerDistance d: it binds side and distance together.
 * @param matrix rows of `stride` numbers; the view's unknowns begin at `first`
 * @returns its cost
 */
export function addDistancePrior(
  view: FreeView,
  prior: DistancePrior,
  matrix: Float64Array,
  stride: number,
  first: number,
  vector: Float64Array,
): number {
  const [side, distance] = [first + 3, first + 6];
  const weight = 1 / prior.spread ** 2;
  const away = Math.log(view.distance / prior.distance);
  matrix[distance * stride + distance]! += weight;
  vector[distance]! -= weight * away;
  let cost = weight * away ** 2;
  if (prior.focal !== null) {
    const weightOfFocal = 1 / prior.focalSpread ** 2;
    const off = Math.log((view.side * focalPerDistance * view.distance) / prior.focal);
    matrix[side * stride + side]! += weightOfFocal;
    matrix[distance * stride + side]! += weightOfFocal;
    matrix[distance * stride + distance]! += weightOfFocal;
    vector[side]! -= weightOfFocal * off;
    vector[distance]! -= weightOfFocal * off;
    cost += weightOfFocal * off ** 2;
  }
  return cost;
}
