import { checkArray, checkNumber, fieldError } from './jsonFields.js';

export type PlaneAxes = readonly (readonly (readonly number[])[])[];

const axes = ['x', 'y', 'z'];

/**
 * The matrix of a plane named by its axes, width first: `zy` has z along the width and y along the height.
 * Row-vector points times the inverse of the matrix are (z, y, x); the matrix is a permutation, its inverse the
 * transpose.
 */
export function namedPlane(name: unknown, path: string): readonly (readonly number[])[] {
  const [first = '', second = ''] = typeof name === 'string' && name.length === 2 ? Array.from(name) : [];
  if (first === second || !axes.includes(first) || !axes.includes(second)) {
    throw fieldError(path, 'two different axes such as "xy"', name);
  }
  const rest = axes.filter((axis) => axis !== first && axis !== second);
  return [first, second, ...rest].map((axis) => axes.map((other) => (other === axis ? 1 : 0)));
}

/** @throws AssetError unless `value` is three invertible 3x3 matrices */
export function parsePlaneAxes(value: unknown, path: string): PlaneAxes {
  return checkArray(value, path, 3, (plane, planePath) => {
    const matrix = checkArray(plane, planePath, 3, (row, rowPath) => checkArray(row, rowPath, 3, checkComponent));
    if (!(Math.abs(determinant(matrix)) > 1e-6)) throw fieldError(planePath, 'an invertible matrix', plane);
    return matrix;
  });
}

function checkComponent(value: unknown, path: string): number {
  return checkNumber(value, path);
}

function determinant(matrix: readonly (readonly number[])[]): number {
  const [a = [], b = [], c = []] = matrix;
  const minor = (i: number, j: number) => b[i]! * c[j]! - b[j]! * c[i]!;
  return a[0]! * minor(1, 2) - a[1]! * minor(0, 2) + a[2]! * minor(0, 1);
}
