import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Of the mean of the diagonal: small enough to be refined away, large enough for Cholesky in float64. */
export const ridgeShare = 1e-9;

/** Mean of the diagonal, 1 for a zero matrix: the scale a ridge is taken from. */
export function diagonalScale(gram: Float64Array, count: number): number {
  let trace = 0;
  for (let n = 0; n < count; n++) trace += gram[n * (count + 1)]!;
  return trace > 0 ? trace / count : 1;
}

/**
 * Solves G x = b for a Gram matrix that may be singular: more anchors than dimensions, or the same one twice. A ridge
 * makes it positive definite, and refinement (the proximal point method) takes the ridge's bias away again; what G
 * cannot tell apart gets equal shares.
 * @param gram [n, n], positive semidefinite
 * @param b [n], in the span of `gram`
 */
export function solveGram(gram: Float64Array, b: Float64Array): Float64Array {
  const count = b.length;
  const ridge = ridgeShare * diagonalScale(gram, count);
  const matrix = Matrix.from1DArray(count, count, gram);
  const factors = new CholeskyDecomposition(Matrix.add(matrix, Matrix.eye(count, count, ridge)));
  const target = Matrix.columnVector(b);
  let x = factors.solve(target);
  for (let step = 0; step < 3; step++) x = x.add(factors.solve(Matrix.sub(target, matrix.mmul(x))));
  return Float64Array.from(x.to1DArray());
}
