import { anglesOfRotation } from '../../../../personalize/photos/cameras/viewAngles.js';
import { multiply3, rotationAbout, transpose3 } from '../../../../runtime/core/matrix3.js';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';
import type { Matrix3 } from '../../../../runtime/core/matrix3.js';
import type { Vector3 } from '../../../../runtime/core/vector3.js';
import { angleBetween } from './scene.js';

export interface ViewError {
  /** The truth's, degrees. */
  readonly yaw: number;
  /** Degrees. */
  readonly angle: number;
  /** World units, at the head's distance. */
  readonly origin: number;
  /** Logarithm. */
  readonly scale: number;
}

const focal = 4.2647 / 2.7;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/**
 * Errors of a person's views after one rotation, scale and shift of the head's frame, which landmarks cannot see, were
 * taken out by medians.
 */
export function errorsWithoutGauge(views: readonly FittedView[], truth: readonly FittedView[]): readonly ViewError[] {
  const turn = commonTurn(views, truth);
  const scale = median(views.map((view, i) => Math.log(truth[i]!.side / view.side)));
  const shift = commonShift(views, truth);
  return views.map((view, i) => {
    const { rotation, side, center } = truth[i]!;
    const off = [0, 1].map((row) => view.center[row]! - center[row]! + side * focal * alongRow(rotation, row, shift));
    return {
      yaw: anglesOfRotation(rotation).yaw,
      angle: angleBetween(multiply3(view.rotation, turn), rotation),
      origin: Math.hypot(...off) / side / focal,
      scale: Math.abs(Math.log(view.side / side) + scale),
    };
  });
}

const alongRow = (m: Matrix3, row: number, [x, y, z]: Vector3): number =>
  m[3 * row]! * x + m[3 * row + 1]! * y + m[3 * row + 2]! * z;

/** The rotation G that brings most views' R G closest to the truth: Weiszfeld's median on the rotations' own space. */
function commonTurn(views: readonly FittedView[], truth: readonly FittedView[]): Matrix3 {
  let turn: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let pass = 0; pass < 30; pass++) {
    const sum = [0, 0, 0];
    let total = 0;
    views.forEach((view, i) => {
      const left = multiply3(transpose3(multiply3(view.rotation, turn)), truth[i]!.rotation);
      const axis = [left[7] - left[5], left[2] - left[6], left[3] - left[1]];
      const angle = (angleBetween(left, [1, 0, 0, 0, 1, 0, 0, 0, 1]) * Math.PI) / 180;
      const length = Math.hypot(...axis) + 1e-12;
      const weight = 1 / Math.max(0.02, angle);
      axis.forEach((value, k) => (sum[k]! += (weight * angle * value) / length));
      total += weight;
    });
    turn = multiply3(turn, rotationAbout([sum[0]! / total, sum[1]! / total, sum[2]! / total]));
  }
  return turn;
}

/** The shift of the origin that explains most centres; each coordinate in turn, by weighted least squares. */
function commonShift(views: readonly FittedView[], truth: readonly FittedView[]): Vector3 {
  const shift: [number, number, number] = [0, 0, 0];
  for (let pass = 0; pass < 60; pass++) {
    for (let axis = 0; axis < 3; axis++) {
      let [top, bottom] = [0, 0];
      views.forEach((view, i) => {
        const { rotation, side, center } = truth[i]!;
        for (let row = 0; row < 2; row++) {
          const left = (center[row]! - view.center[row]!) / side / focal - alongRow(rotation, row, shift);
          const weight = 1 / Math.max(0.004, Math.abs(left));
          top += weight * rotation[3 * row + axis]! * left;
          bottom += weight * rotation[3 * row + axis]! ** 2;
        }
      });
      shift[axis]! += top / bottom;
    }
  }
  return shift;
}
