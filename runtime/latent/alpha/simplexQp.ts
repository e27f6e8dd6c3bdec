import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/**
 * Minimises 1/2 x^T Q x - b^T x over the simplex { sum x = 1, x >= 0 } by an active set: solve with equality on the
 * support; where that leaves the simplex, walk to its border and drop what became 0; else take in the variable whose
 * multiplier is most wrong. Every round lowers the objective, and there are finitely many supports. Source: Wolfe 1976,
 * "Finding the nearest point in a polytope"; Lawson and Hanson 1974, chapter 23. (npm's quadprog solves the general
 * problem, but has no types or ES module and wants arrays that start at 1.)
 * @param q [n, n], symmetric, positive definite
 * @param b [n]
 * @param start [n], in the simplex
 * @returns [n]; sums to 1 within rounding, none below 0
 */
export function minimizeOnSimplex(q: Float64Array, b: Float64Array, start: Float64Array): Float64Array {
  const count = b.length;
  const x = start.slice();
  let support = [...x.keys()].filter((n) => x[n]! > 0);
  let least = Infinity;
  let best = x.slice();
  for (;;) {
    support = settle(q, b, x, support);
    const slope = gradient(q, b, x);
    const value = x.reduce((sum, share, n) => sum + (share * (slope[n]! - b[n]!)) / 2, 0);
    // Rounding, not progress: the round before was the minimum.
    if (!(value < least)) return best;
    least = value;
    best = x.slice();
    const level = support.reduce((sum, n) => sum + x[n]! * slope[n]!, 0);
    const tolerance = 1e-12 * (1 + slope.reduce((most, g) => Math.max(most, Math.abs(g)), 0));
    let entering = -1;
    for (let n = 0; n < count; n++) {
      if (support.includes(n) || slope[n]! >= level - tolerance) continue;
      if (entering < 0 || slope[n]! < slope[entering]!) entering = n;
    }
    if (entering < 0) return best;
    support.push(entering);
  }
}

/** Moves x to the minimum over a support, which shrinks where the way leads out of the simplex; returns it. */
function settle(q: Float64Array, b: Float64Array, x: Float64Array, support: readonly number[]): number[] {
  let inside = [...support];
  for (;;) {
    const y = minimumOn(q, b, inside);
    let step = 1;
    inside.forEach((n, i) => {
      if (y[i]! < 0) step = Math.min(step, x[n]! / (x[n]! - y[i]!));
    });
    inside.forEach((n, i) => (x[n] = Math.max(0, x[n]! + step * (y[i]! - x[n]!))));
    if (step === 1) return inside;
    // The one that stopped the step is 0 but for rounding; so is any that has nothing left and wants less.
    const kept = inside.filter((n, i) => !(y[i]! < 0 && x[n]! <= 1e-14));
    for (const n of inside) if (!kept.includes(n)) x[n] = 0;
    inside = kept;
  }
}

/** The minimum with x = 0 off the support and sum x = 1, of any sign. */
function minimumOn(q: Float64Array, b: Float64Array, support: readonly number[]): Float64Array {
  const size = support.length;
  const matrix = new Matrix(size, size);
  const sides = new Matrix(size, 2);
  support.forEach((n, i) => {
    support.forEach((m, j) => matrix.set(i, j, q[n * b.length + m]!));
    sides.set(i, 0, b[n]!);
    sides.set(i, 1, 1);
  });
  const solved = new CholeskyDecomposition(matrix).solve(sides);
  const free = solved.getColumn(0);
  const ones = solved.getColumn(1);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const multiplier = (1 - sum(free)) / sum(ones);
  return Float64Array.from(free, (value, i) => value + multiplier * ones[i]!);
}

function gradient(q: Float64Array, b: Float64Array, x: Float64Array): Float64Array {
  return b.map((value, n) => {
    let sum = -value;
    for (let m = 0; m < x.length; m++) sum += q[n * x.length + m]! * x[m]!;
    return sum;
  });
}
