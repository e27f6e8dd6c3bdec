import { NumericError } from '../../../runtime/core/errors.js';
import { choleskyFactor, choleskySolve, solveLower, solveLowerTransposed } from './cholesky.js';
import type { HeadShape } from './headShape.js';
import {
  byPointAt,
  byViewAt,
  cameraPointAt,
  moveView,
  pointTerms,
  termsSize,
  viewUnknowns,
  type FreeView,
} from './pointTerms.js';
import type { FitPriors } from './priors.js';
import { addDistancePrior, type DistancePrior } from './viewFitter.js';
import { cornerNormals, visibility } from './visibility.js';

/** A photo of the joint fit. */
export interface JointPhoto {
  /** Moves while it is fitted. */
  readonly view: FreeView;
  /** Landmarks: [468, 2]. */
  readonly pixels: Float64Array;
  readonly prior: DistancePrior;
}

/** How far a step moved. */
export interface JointStep {
  /** Radians. */
  readonly turn: number;
  /** Logarithm of the distance. */
  readonly zoom: number;
  /** World units. */
  readonly shift: number;
}

/**
 * Bundle adjustment of landmarks: one shape for all photos, a view for each, by Gauss-Newton. A landmark and its mirrored
 * twin are one block, which the prior of symmetry binds; blocks are eliminated first (Schur's complement), which leaves the
 * views and the weights of the shape's principal components.
 * Source: Triggs et al., Bundle adjustment, a modern synthesis (2000), section 6.1.
 */
export class JointFit {
  /** The person's landmarks: [468, 3]. */
  readonly points: Float64Array;
  /** Weights of the principal components, standard deviations: [K]. */
  readonly weights: Float64Array;
  readonly #unknowns: number;
  readonly #matrix: Float64Array;
  readonly #vector: Float64Array;
  readonly #normals: Float64Array;
  readonly #terms = new Float64Array(termsSize);

  constructor(
    private readonly shape: HeadShape,
    private readonly photos: readonly JointPhoto[],
    private readonly priors: FitPriors,
  ) {
    this.points = shape.mean.slice();
    this.weights = new Float64Array(shape.components.length / shape.mean.length);
    this.#unknowns = viewUnknowns * photos.length + this.weights.length;
    this.#matrix = new Float64Array(this.#unknowns ** 2);
    this.#vector = new Float64Array(this.#unknowns);
    this.#normals = new Float64Array(this.points.length);
  }

  /** What the prior expects of the person: the mean and the principal components as weighted. */
  expected(): Float64Array {
    const { mean, components } = this.shape;
    const points = mean.slice();
    this.weights.forEach((weight, k) => {
      for (let i = 0; i < points.length; i++) points[i]! += weight * components[k * points.length + i]!;
    });
    return points;
  }

  /**
   * Puts the landmarks that took no part where the prior expects them.
   * @param landmarks those that took part
   */
  expectRest(landmarks: Int32Array): void {
    const expected = this.expected();
    const fitted = new Set(landmarks);
    for (let i = 0; i < this.shape.rigid.length; i++) {
      if (!fitted.has(i)) this.points.set(expected.subarray(3 * i, 3 * i + 3), 3 * i);
    }
  }

  /**
   * One step.
   * @param landmarks those that take part; a landmark's twin takes part with it
   * @throws NumericError where nothing can be solved
   */
  step(landmarks: Int32Array): JointStep {
    const blocks = this.#blocks(landmarks);
    const unknowns = this.#unknowns;
    this.#matrix.fill(0);
    this.#vector.fill(0);
    cornerNormals(this.points, this.shape.triangles, this.#normals);
    const expected = this.expected();
    for (const block of blocks) this.#fill(block, expected);
    this.photos.forEach(({ view, prior }, j) => {
      addDistancePrior(view, prior, this.#matrix, unknowns, j * viewUnknowns, this.#vector);
    });
    const first = viewUnknowns * this.photos.length;
    this.weights.forEach((weight, k) => {
      this.#matrix[(first + k) * (unknowns + 1)]! += 1;
      this.#vector[first + k]! -= weight;
    });
    for (const block of blocks) this.#eliminate(block);
    for (let i = 0; i < unknowns; i++) this.#matrix[i * (unknowns + 1)]! *= 1 + 1e-6;
    if (!choleskySolve(this.#matrix, unknowns, this.#vector)) {
      throw new NumericError(
        'cameras/joint',
        'photos: no cameras fit the landmarks of all photos together. Leave out photos whose faces are covered.',
      );
    }
    return this.#move(blocks);
  }

  #blocks(landmarks: Int32Array): readonly Block[] {
    const taken = new Set<number>();
    const blocks: Block[] = [];
    for (const landmark of landmarks) {
      const twin = this.shape.mirror[landmark]!;
      if (taken.has(landmark)) continue;
      taken.add(landmark).add(twin);
      blocks.push(new Block(landmark === twin ? [landmark] : [landmark, twin], this.#unknowns));
    }
    return blocks;
  }

  /** Normal equations of a block's landmarks in all photos, and their priors. */
  #fill(block: Block, expected: Float64Array): void {
    const { noise, outlier } = this.priors;
    const { rigid } = this.shape;
    const [unknowns, matrix, vector, terms] = [this.#unknowns, this.#matrix, this.#vector, this.#terms];
    block.landmarks.forEach((landmark, place) => {
      for (let j = 0; j < this.photos.length; j++) {
        const { view, pixels } = this.photos[j]!;
        pointTerms(view, this.points, 3 * landmark, pixels[2 * landmark]!, pixels[2 * landmark + 1]!, terms);
        const length = Math.hypot(terms[0]!, terms[1]!);
        const trust = rigid[landmark]! * visibility(view, this.#normals, 3 * landmark, terms, cameraPointAt);
        const weight = (trust / noise ** 2) * (length > outlier ? outlier / length : 1);
        const at = j * viewUnknowns;
        for (let row = 0; row < viewUnknowns; row++) {
          const u = weight * terms[byViewAt + row]!;
          const v = weight * terms[byViewAt + viewUnknowns + row]!;
          vector[at + row]! -= u * terms[0]! + v * terms[1]!;
          for (let column = 0; column <= row; column++) {
            matrix[(at + row) * unknowns + at + column]! +=
              u * terms[byViewAt + column]! + v * terms[byViewAt + viewUnknowns + column]!;
          }
          for (let axis = 0; axis < 3; axis++) {
            block.between[(3 * place + axis) * unknowns + at + row]! +=
              u * terms[byPointAt + axis]! + v * terms[byPointAt + 3 + axis]!;
          }
        }
        for (let axis = 0; axis < 3; axis++) {
          const u = weight * terms[byPointAt + axis]!;
          const v = weight * terms[byPointAt + 3 + axis]!;
          block.gradient[3 * place + axis]! -= u * terms[0]! + v * terms[1]!;
          for (let other = 0; other <= axis; other++) {
            block.own[(3 * place + axis) * block.size + 3 * place + other]! +=
              u * terms[byPointAt + other]! + v * terms[byPointAt + 3 + other]!;
          }
        }
      }
      this.#addShapePrior(block, landmark, place, expected);
    });
    this.#addSymmetry(block);
  }

  /** A landmark lies where the mean and the components put it, but for the spread. */
  #addShapePrior(block: Block, landmark: number, place: number, expected: Float64Array): void {
    const { components, sd } = this.shape;
    const [unknowns, size] = [this.#unknowns, this.points.length];
    const first = viewUnknowns * this.photos.length;
    for (let axis = 0; axis < 3; axis++) {
      const at = 3 * landmark + axis;
      const weight = 1 / (this.priors.shapeSpread * sd[at]!) ** 2;
      const away = this.points[at]! - expected[at]!;
      block.gradient[3 * place + axis]! -= weight * away;
      block.own[(3 * place + axis) * (block.size + 1)]! += weight;
      for (let k = 0; k < this.weights.length; k++) {
        const along = weight * components[k * size + at]!;
        block.between[(3 * place + axis) * unknowns + first + k]! -= along;
        this.#vector[first + k]! += along * away;
        for (let other = 0; other <= k; other++) {
          this.#matrix[(first + k) * unknowns + first + other]! += along * components[other * size + at]!;
        }
      }
    }
  }

  /** A landmark and its twin mirror each other: x + x', y - y', z - z' are about 0. */
  #addSymmetry(block: Block): void {
    const weight = 1 / this.priors.asymmetry ** 2;
    const [a, b] = block.landmarks;
    if (b === undefined) {
      block.own[0]! += weight;
      block.gradient[0]! -= weight * this.points[3 * a!]!;
      return;
    }
    for (let axis = 0; axis < 3; axis++) {
      const sign = axis === 0 ? 1 : -1;
      const off = this.points[3 * a! + axis]! + sign * this.points[3 * b + axis]!;
      block.own[axis * (block.size + 1)]! += weight;
      block.own[(3 + axis) * (block.size + 1)]! += weight;
      block.own[(3 + axis) * block.size + axis]! += sign * weight;
      block.gradient[axis]! -= weight * off;
      block.gradient[3 + axis]! -= sign * weight * off;
    }
  }

  /** Takes a block out of the equations of views and components. */
  #eliminate(block: Block): void {
    const { size, own, between, gradient } = block;
    const unknowns = this.#unknowns;
    if (!choleskyFactor(own, size)) {
      throw new NumericError(
        'cameras/joint',
        `photos: landmark ${block.landmarks[0]} has no place that fits. Leave out photos whose faces are covered.`,
      );
    }
    solveLower(own, size, gradient);
    for (let row = 0; row < size; row++) {
      for (let k = 0; k < row; k++) {
        const factor = own[row * size + k]!;
        if (factor === 0) continue;
        for (let i = 0; i < unknowns; i++) between[row * unknowns + i]! -= factor * between[k * unknowns + i]!;
      }
      const divisor = 1 / own[row * size + row]!;
      for (let i = 0; i < unknowns; i++) between[row * unknowns + i]! *= divisor;
    }
    for (let half = 0; half < size; half += 3) subtractOuter(this.#matrix, between, half * unknowns, unknowns);
    for (let row = 0; row < size; row++) {
      for (let i = 0; i < unknowns; i++) this.#vector[i]! -= between[row * unknowns + i]! * gradient[row]!;
    }
  }

  #move(blocks: readonly Block[]): JointStep {
    const change = this.#vector;
    const unknowns = this.#unknowns;
    let shift = 0;
    for (const { size, own, between, gradient } of blocks) {
      for (let row = 0; row < size; row++) {
        let sum = gradient[row]!;
        for (let i = 0; i < unknowns; i++) sum -= between[row * unknowns + i]! * change[i]!;
        gradient[row] = sum;
      }
      solveLowerTransposed(own, size, gradient);
      for (let row = 0; row < size; row++) shift = Math.max(shift, Math.abs(gradient[row]!));
    }
    let [turn, zoom] = [0, 0];
    this.photos.forEach((_, j) => {
      const at = j * viewUnknowns;
      turn = Math.max(turn, Math.hypot(change[at]!, change[at + 1]!, change[at + 2]!));
      zoom = Math.max(zoom, Math.abs(change[at + 3]!), Math.abs(change[at + 6]!));
    });
    if (!Number.isFinite(turn + zoom + shift)) {
      throw new NumericError('cameras/joint', 'photos: the joint fit of the cameras diverges. Leave out odd photos.');
    }
    const share = Math.min(1, 0.2 / turn, 0.4 / zoom, 0.05 / shift);
    this.photos.forEach(({ view }, j) => moveView(view, change, j * viewUnknowns, share));
    const first = viewUnknowns * this.photos.length;
    for (let k = 0; k < this.weights.length; k++) this.weights[k]! += share * change[first + k]!;
    for (const { landmarks, gradient } of blocks) {
      landmarks.forEach((landmark, place) => {
        for (let axis = 0; axis < 3; axis++) this.points[3 * landmark + axis]! += share * gradient[3 * place + axis]!;
      });
    }
    return { turn, zoom, shift };
  }
}

/** A landmark, with its twin where it has one: own equations and those that bind it to views and components. */
class Block {
  readonly size: number;
  /** [size, size] */
  readonly own: Float64Array;
  /** Negative: [size] */
  readonly gradient: Float64Array;
  /** [size, unknowns] */
  readonly between: Float64Array;

  constructor(
    readonly landmarks: readonly number[],
    unknowns: number,
  ) {
    this.size = 3 * landmarks.length;
    this.own = new Float64Array(this.size ** 2);
    this.gradient = new Float64Array(this.size);
    this.between = new Float64Array(this.size * unknowns);
  }
}

/** matrix -= y^T y over the lower triangle; y are three rows that begin at `from`. Three at once spare memory's bandwidth. */
function subtractOuter(matrix: Float64Array, y: Float64Array, from: number, unknowns: number): void {
  const [first, second, third] = [from, from + unknowns, from + 2 * unknowns];
  for (let row = 0; row < unknowns; row++) {
    const [a, b, c] = [y[first + row]!, y[second + row]!, y[third + row]!];
    if (a === 0 && b === 0 && c === 0) continue;
    const at = row * unknowns;
    for (let column = 0; column <= row; column++) {
      matrix[at + column]! -= a * y[first + column]! + b * y[second + column]! + c * y[third + column]!;
    }
  }
}
