import { NumericError } from '../../runtime/core/errors.js';
import type { Matrix3 } from '../../runtime/core/matrix3.js';
import { choleskyFactor, solveLower } from '../photos/cameras/cholesky.js';
import { fitPixels } from '../photos/cameras/fitView.js';
import { fitViews } from '../photos/cameras/fitViews.js';
import type { HeadShape } from '../photos/cameras/headShape.js';
import { landmarkPixels } from '../photos/cameras/landmarkInput.js';
import {
  byPointAt,
  byViewAt,
  cameraPointAt,
  pointTerms,
  termsSize,
  viewUnknowns,
  type FreeView,
} from '../photos/cameras/pointTerms.js';
import { fitPriors, singleNoise, singleOutlier } from '../photos/cameras/priors.js';
import { anglesOfRotation, rotationFromAngles } from '../photos/cameras/viewAngles.js';
import { ViewFitter } from '../photos/cameras/viewFitter.js';
import { visibility } from '../photos/cameras/visibility.js';
import { boundedLeastSquares } from './boundedLeastSquares.js';
import type { ExpressionShapes } from './expressionShapes.js';
import { OneEuro, type OneEuroOptions } from './oneEuro.js';
import { turnOfHead, type HeadTurn } from './turnOfHead.js';
import { expectGiven } from '../../runtime/core/given.js';

/** A face of one moment. */
export interface TrackedFace {
  /** Amounts of the expressions that landmarks tell, 0..1, by ARKit's names. */
  readonly amounts: Readonly<Record<string, number>>;
  /** Relative to how the head was held for the calibration. */
  readonly turn: HeadTurn;
  /**
   * Root mean square distance of the landmarks from those of the fit before its last step, hidden ones counted less, in
   * crop sides: above 0.03 they are hardly those of a face.
   */
  readonly error: number;
}

export interface FaceTrackerOptions {
  readonly shape: HeadShape;
  readonly shapes: ExpressionShapes;
  /** Smoothing of amounts and turns; null: none, each face by itself. */
  readonly smoothing?: OneEuroOptions | null;
}

/** What the landmark net's places are off by, crop sides. They err together, so that 468 of them tell no more than a few do. */
const noise = 0.025;
/** Amounts are expected within this of 0: almost anything. */
const spread = 3;
/**
 * What an amount costs: of expressions that move the same landmarks, the fewest are taken. Measured on renders; a lower one
 * brings amounts closer to what they are, and more of those that are not there.
 */
const cost = 6 / 9;
/** Steps of a fit; the second begins where the first found the expression. */
const passes = 3;
/** Unknowns of a view but its distance. */
const viewFree = viewUnknowns - 1;

/**
 * Follows a face from frame to frame: how the head is turned, and how much of each expression its landmarks show. Finds the
 * amounts, within 0..1, whose displacements of the base's own landmarks come closest to those of the frame.
 */
export class FaceTracker {
  private _points: Float64Array;
  private _ahead: Matrix3 = rotationFromAngles(0, 0, 0);
  private _distance: number = fitPriors.distance;
  private _view: FreeView | null = null;
  private _amounts: Float64Array;
  private readonly _smoothAmounts: OneEuro | null;
  private readonly _smoothTurn: OneEuro | null;

  constructor(private readonly _options: FaceTrackerOptions) {
    expectGiven('FaceTracker', 'options', _options);
    expectGiven('FaceTracker', 'shape', _options.shape);
    expectGiven('FaceTracker', 'shapes', _options.shapes);
    const { shape, shapes, smoothing } = _options;
    this._points = shape.mean.slice();
    this._amounts = new Float64Array(shapes.names.length);
    this._smoothAmounts = smoothing === null ? null : new OneEuro(smoothing);
    // Radians move less than amounts do.
    this._smoothTurn = smoothing === null ? null : new OneEuro({ leastCutoff: 2, speedGain: 6, ...smoothing });
  }

  /**
   * Learns a neutral face that looks straight ahead: the person's own shape, and what every turn is measured from. Without
   * it the person has the base's mean face.
   * @param frames landmarks of one frame at least, [468, 3] each, as `FaceLandmarks.points`
   */
  async calibrate(frames: readonly ArrayLike<number>[]): Promise<void> {
    const { shape } = this._options;
    const { views, points } = await fitViews(frames, shape, { bias: null });
    this._points = points;
    const angles = views.map(({ rotation }) => anglesOfRotation(rotation));
    const mean = (angle: 'yaw' | 'pitch' | 'roll'): number =>
      angles.reduce((sum, each) => sum + each[angle], 0) / angles.length;
    this._ahead = rotationFromAngles(mean('yaw'), mean('pitch'), mean('roll'));
    this._distance = views.reduce((sum, { distance }) => sum + distance, 0) / views.length;
    this.forget();
  }

  /** The next frame is of another place or time. */
  forget(): void {
    this._view = null;
    this._amounts.fill(0);
    this._smoothAmounts?.reset();
    this._smoothTurn?.reset();
  }

  /**
   * @param landmarks [468, 3], x and y in pixels, as `FaceLandmarks.points`
   * @param time seconds, growing from frame to frame
   * @throws ShapeError, NumericError for landmarks that are none
   */
  track(landmarks: ArrayLike<number>, time: number): TrackedFace {
    const { shape, shapes } = this._options;
    const pixels = landmarkPixels(landmarks, 'track');
    let view = this._view;
    if (!view) {
      view = fitPixels(pixels, shape, { points: this._points, distance: this._distance }, 'track').view;
      this._amounts.fill(0);
    }
    let error = 0;
    for (let pass = 0; pass < passes && Number.isFinite(error); pass++) {
      const points = this._moved();
      const fitter = new ViewFitter(shape, points, singleNoise, singleOutlier);
      fitter.refine(view, pixels, null, 5);
      error = this._fitAmounts(view, points, fitter.normals, pixels);
    }
    this._view = { ...view, unit: view.side };
    if (!Number.isFinite(error)) {
      this.forget();
      throw new NumericError(
        'track/fit',
        'track: no expression brings a head to these landmarks. Leave the frame out.',
      );
    }
    const turn = turnOfHead(Array.from(view.rotation) as unknown as Matrix3, this._ahead);
    const smooth = this._smoothAmounts?.next(this._amounts, time) ?? this._amounts;
    const [yaw, pitch, roll] = this._smoothTurn?.next([turn.yaw, turn.pitch, turn.roll], time) ?? [
      turn.yaw,
      turn.pitch,
      turn.roll,
    ];
    return {
      amounts: Object.fromEntries(shapes.names.map((name, e) => [name, smooth[e]!])),
      turn: { yaw: yaw!, pitch: pitch!, roll: roll! },
      error,
    };
  }

  /** The person's landmarks with the expression as it is known: [468, 3]. */
  private _moved(): Float64Array {
    const { moves } = this._options.shapes;
    const points = this._points.slice();
    this._amounts.forEach((amount, e) => {
      if (amount === 0) return;
      for (let i = 0; i < points.length; i++) points[i]! += amount * moves[e * points.length + i]!;
    });
    return points;
  }

  /** Sets the amounts that fit best; the view may follow them. Returns the error before; NaN where nothing fits. */
  private _fitAmounts(view: FreeView, points: Float64Array, normals: Float64Array, pixels: Float64Array): number {
    const { shapes } = this._options;
    const n = shapes.names.length;
    const size = viewFree + n;
    const matrix = new Float64Array(size * size);
    const vector = new Float64Array(size);
    const terms = new Float64Array(termsSize);
    const rows = [new Float64Array(size), new Float64Array(size)] as const;
    let [total, squares] = [0, 0];
    for (let i = 0; i < pixels.length / 2; i++) {
      pointTerms(view, points, 3 * i, pixels[2 * i]!, pixels[2 * i + 1]!, terms);
      const trust = visibility(view, normals, 3 * i, terms, cameraPointAt);
      total += trust;
      squares += trust * (terms[0]! ** 2 + terms[1]! ** 2);
      for (const [side, row] of rows.entries()) {
        for (let k = 0; k < viewFree; k++) row[k] = terms[byViewAt + side * viewUnknowns + k]!;
        for (let e = 0; e < n; e++) {
          let by = 0;
          for (let axis = 0; axis < 3; axis++) {
            by += terms[byPointAt + 3 * side + axis]! * shapes.moves[e * points.length + 3 * i + axis]!;
          }
          row[viewFree + e] = by;
        }
        // What the expression leaves: the residual is that of the face with it.
        let rest = -terms[side]!;
        for (let e = 0; e < n; e++) rest += row[viewFree + e]! * this._amounts[e]!;
        const weight = trust / noise ** 2;
        for (let a = 0; a < size; a++) {
          const by = weight * row[a]!;
          if (by === 0) continue;
          vector[a]! += by * rest;
          for (let b = 0; b <= a; b++) matrix[a * size + b]! += by * row[b]!;
        }
      }
    }
    const equations = withoutView(matrix, vector, n);
    if (!equations) return NaN;
    const { reduced, right } = equations;
    for (let e = 0; e < n; e++) {
      reduced[e * n + e]! += 1 / spread ** 2;
      right[e]! -= cost;
    }
    this._amounts = boundedLeastSquares(reduced, right, this._amounts);
    return Math.sqrt(squares / total) * (view.unit / view.side);
  }
}

/**
 * Normal equations of the amounts alone, each with the view that suits it best: Schur's complement. The view's block is
 * L L', and every row against it is replaced by L^-1 of it.
 * @returns null where the landmarks do not hold a view
 */
function withoutView(
  matrix: Float64Array,
  vector: Float64Array,
  n: number,
): { reduced: Float64Array; right: Float64Array } | null {
  const size = viewFree + n;
  const block = new Float64Array(viewFree * viewFree);
  for (let a = 0; a < viewFree; a++) {
    for (let b = 0; b <= a; b++) block[a * viewFree + b] = matrix[a * size + b]! * (a === b ? 1 + 1e-9 : 1);
  }
  if (!choleskyFactor(block, viewFree)) return null;
  const solved = (values: Float64Array, from: number): Float64Array => {
    const row = values.slice(from, from + viewFree);
    solveLower(block, viewFree, row);
    return row;
  };
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  const head = solved(vector, 0);
  const rows = Array.from({ length: n }, (_, e) => solved(matrix, (viewFree + e) * size));
  const reduced = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (const [e, row] of rows.entries()) {
    right[e] = vector[viewFree + e]! - dot(row, head);
    for (let f = 0; f <= e; f++) {
      const value = matrix[(viewFree + e) * size + viewFree + f]! - dot(row, rows[f]!);
      reduced[e * n + f] = reduced[f * n + e] = value;
    }
  }
  return { reduced, right };
}
