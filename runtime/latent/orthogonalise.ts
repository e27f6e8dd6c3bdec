import { NumericError, ShapeError } from '../core/errors.js';

/**
 * A direction that leaves others alone, for a conditional edit: n - M^T (M M^T)^-1 M n, made a unit again. The Gram
 * system is solved by orthonormalising the others (Gram-Schmidt, each done twice, which is enough: Kahan, in Parlett
 * 1980), so others that depend on one another do no harm. Source: InterFaceGAN (Shen 2020), section 3.3.
 * @param direction [wDim]
 * @param others each [wDim]
 * @returns [wDim], unit length, orthogonal to every other to 1e-9 of its length
 * @throws ShapeError for another length, NumericError if nothing is left of it
 */
export function orthogonalise(direction: ArrayLike<number>, others: readonly ArrayLike<number>[]): Float64Array {
  const basis: Float64Array[] = [];
  for (const other of others) {
    if (other.length !== direction.length) {
      throw new ShapeError(
        'latent/direction',
        `direction: expected others of ${direction.length} numbers, got ${other.length}. Take them from one base.`,
      );
    }
    const left = remainder(other, basis);
    if (left) basis.push(left);
  }
  const left = remainder(direction, basis);
  if (!left) {
    throw new NumericError(
      'latent/direction',
      'direction: nothing of it is left beside the others. Name fewer directions to keep.',
    );
  }
  return left;
}

/** What an orthonormal basis leaves of a vector, as a unit vector; null where that is only rounding. */
function remainder(vector: ArrayLike<number>, basis: readonly Float64Array[]): Float64Array | null {
  const length = Math.hypot(...Array.from(vector));
  if (!Number.isFinite(length)) throw new NumericError('latent/direction', 'direction: a number of it is not finite.');
  if (length === 0) return null;
  let rest = Float64Array.from(vector, (value) => value / length);
  for (let round = 0; round < 2; round++) {
    for (const unit of basis) {
      const share = rest.reduce((sum, value, i) => sum + value * unit[i]!, 0);
      rest = rest.map((value, i) => value - share * unit[i]!);
    }
  }
  const left = Math.hypot(...rest);
  // Directions are kept as float32, which is how exactly two of them can be the same.
  return left > 1e-6 ? rest.map((value) => value / left) : null;
}
