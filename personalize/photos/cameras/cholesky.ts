/**
 * Replaces the lower triangle of a symmetric positive matrix by its Cholesky factor.
 * @param a [n, n], row-major; what lies above the diagonal is not read
 * @returns false where a is not positive definite
 */
export function choleskyFactor(a: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++) {
    const ofRow = row * n;
    for (let column = 0; column <= row; column++) {
      const ofColumn = column * n;
      let sum = a[ofRow + column]!;
      for (let k = 0; k < column; k++) sum -= a[ofRow + k]! * a[ofColumn + k]!;
      if (column < row) {
        a[ofRow + column] = sum / a[ofColumn + column]!;
      } else {
        if (!(sum > 0)) return false;
        a[ofRow + row] = Math.sqrt(sum);
      }
    }
  }
  return true;
}

/** b becomes L^-1 b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  for (let row = 0; row < n; row++) {
    let sum = b[row]!;
    for (let k = 0; k < row; k++) sum -= l[row * n + k]! * b[k]!;
    b[row] = sum / l[row * n + row]!;
  }
}

/** b becomes L^-T b. */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array): void {
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!;
    for (let k = row + 1; k < n; k++) sum -= l[k * n + row]! * b[k]!;
    b[row] = sum / l[row * n + row]!;
  }
}

/**
 * b becomes a^-1 b, a its factor.
 * @returns false where a is not positive definite
 */
export function choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean {
  if (!choleskyFactor(a, n)) return false;
  solveLower(a, n, b);
  solveLowerTransposed(a, n, b);
  return true;
}
