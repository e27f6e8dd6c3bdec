import { Matrix, SingularValueDecomposition, solve } from 'ml-matrix';
import { projectLandmarks } from '../../../../personalize/photos/cameras/projectLandmarks.js';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';

/** How far a fitted view is from the true one. */
export interface ViewError {
  /** Degrees of the true view. */
  readonly yaw: number;
  /** Degrees, of the whole rotation. */
  readonly angle: number;
  /** The head's origin, world units. */
  readonly origin: number;
  /** Of the crop's side: 0.01 is a hundredth. */
  readonly scale: number;
}

const matrix = ({ rotation: r }: FittedView): Matrix => new Matrix([r.slice(0, 3), r.slice(3, 6), r.slice(6)]);
const degrees = (turn: Matrix): number =>
  (Math.acos(Math.min(1, Math.max(-1, (turn.trace() - 1) / 2))) * 180) / Math.PI;

/**
 * Errors of a person's views, what the base cannot know from landmarks taken out: one rotation, one shift and one scale of the
 * head's frame, the same for all (facts/photos.md, section 4).
 */
export function viewErrors(fitted: readonly FittedView[], truth: readonly FittedView[]): ViewError[] {
  // fitted = true * gauge, as nearly as a rotation can.
  const sum = fitted.reduce(
    (total, view, i) => Matrix.add(total, matrix(truth[i]!).transpose().mmul(matrix(view))),
    Matrix.zeros(3, 3),
  );
  const { leftSingularVectors: u, rightSingularVectors: v } = new SingularValueDecomposition(sum);
  const gauge = u.mmul(v.transpose());
  const ratios = fitted.map((view, i) => Math.log(view.side / truth[i]!.side)).sort((a, b) => a - b);
  const ratio = ratios[ratios.length >> 1]!;
  const shift = sharedShift(fitted, truth);
  return fitted.map((view, i) => {
    const real = truth[i]!;
    const turn = matrix(view).mmul(gauge.transpose()).mmul(matrix(real).transpose());
    const [x, y] = projectLandmarks(real, shift);
    const units = real.side * (4.2647 / 2.7);
    return {
      yaw: (Math.atan2(-real.rotation[6], -real.rotation[8]) * 180) / Math.PI,
      angle: degrees(turn),
      origin: Math.hypot(view.center[0] - x!, view.center[1] - y!) / units,
      scale: Math.abs(Math.exp(Math.log(view.side / real.side) - ratio) - 1),
    };
  });
}

/** The angle between the views' rotations with nothing taken out, degrees. */
export const plainAngle = (view: FittedView, truth: FittedView): number =>
  degrees(matrix(view).mmul(matrix(truth).transpose()));

/** The point of the true frame that is nearest to where all fitted views see the origin. */
function sharedShift(fitted: readonly FittedView[], truth: readonly FittedView[]): number[] {
  const rows: number[][] = [];
  const right: number[][] = [];
  truth.forEach((view, i) => {
    const units = view.side * (4.2647 / 2.7);
    rows.push(view.rotation.slice(0, 3), view.rotation.slice(3, 6));
    right.push(...[0, 1].map((axis) => [(fitted[i]!.center[axis]! - view.center[axis]!) / units]));
  });
  return solve(new Matrix(rows), new Matrix(right), true).to1DArray();
}
