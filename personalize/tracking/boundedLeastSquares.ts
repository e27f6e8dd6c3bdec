/** A sweep that moves nothing further than this is the last. */
const still = 1e-7;
const mostSweeps = 500;

/**
 * The amounts within 0..1 that make x' A x / 2 - b' x least, by coordinate descent. A is positive definite, so there is one
 * such place and every sweep comes closer to it.
 * @param matrix A, symmetric: [n, n]
 * @param vector b: [n]
 * @param start where to begin; changed
 */
export function boundedLeastSquares(matrix: Float64Array, vector: Float64Array, start: Float64Array): Float64Array {
  const n = vector.length;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let farthest = 0;
    for (let i = 0; i < n; i++) {
      let gradient = -vector[i]!;
      for (let j = 0; j < n; j++) gradient += matrix[i * n + j]! * start[j]!;
      const next = Math.min(1, Math.max(0, start[i]! - gradient / matrix[i * n + i]!));
      farthest = Math.max(farthest, Math.abs(next - start[i]!));
      start[i] = next;
    }
    if (farthest < still) break;
  }
  return start;
}
