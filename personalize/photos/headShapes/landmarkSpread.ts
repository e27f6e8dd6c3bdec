import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { ShapeError } from '../../../runtime/core/errors.js';
import { landmarkCount } from '../faces/faceTopology.js';

/** How heads of a base differ in their landmarks, symmetric about x = 0. */
export interface MeasuredSpread {
  /** World units: [468, 3] */
  readonly mean: Float64Array;
  /** World units for one standard deviation, the largest first: [K, 468, 3] */
  readonly components: Float64Array;
  /** What the components leave, one standard deviation: [468, 3] */
  readonly sd: Float64Array;
  /** Part of the variance that the components explain, 0..1. */
  readonly explained: number;
}

export interface SpreadOptions {
  readonly mostComponents: number;
  /** No spread is taken for smaller: the landmark net itself is not finer. */
  readonly leastSd: number;
}

const size = 3 * landmarkCount;

/** The head on the other side of a mirror. */
export function mirrorHead(points: Float64Array, mirror: Int32Array): Float64Array {
  return Float64Array.from({ length: size }, (_, at) => {
    const axis = at % 3;
    const value = points[3 * mirror[(at - axis) / 3]! + axis]!;
    return axis === 0 ? -value : value;
  });
}

/**
 * Mean, principal components and rest of heads, each of which counts together with its mirror image.
 * @param heads world units, [468, 3] each
 * @param mirror landmark at the mirrored place of each: [468]
 * @throws ShapeError for fewer than two heads
 */
export function landmarkSpread(
  heads: readonly Float64Array[],
  mirror: Int32Array,
  { mostComponents, leastSd }: SpreadOptions,
): MeasuredSpread {
  if (heads.length < 2) {
    throw new ShapeError('landmarks/heads', `landmarks: expected two heads at least, got ${heads.length}.`);
  }
  const all = heads.flatMap((head) => [head, mirrorHead(head, mirror)]);
  const mean = new Float64Array(size);
  for (const head of all) for (let i = 0; i < size; i++) mean[i]! += head[i]! / all.length;
  const centered = new Matrix(all.map((head) => Array.from(head, (value, i) => value - mean[i]!)));
  // Half of the rows are mirror images, so the degrees of freedom are those of the heads.
  const freedom = all.length - all.length / heads.length;
  const gram = centered.mmul(centered.transpose()).div(freedom);
  const decomposition = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const order = decomposition.realEigenvalues
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => value > 1e-12)
    .sort((a, b) => b.value - a.value)
    .slice(0, mostComponents);
  const components = new Float64Array(order.length * size);
  order.forEach(({ index }, k) => {
    // X' v / sqrt(freedom) is sqrt(value) long: one standard deviation.
    const row = centered.transpose().mmul(decomposition.eigenvectorMatrix.getColumnVector(index));
    components.set(row.div(Math.sqrt(freedom)).to1DArray(), k * size);
  });
  const sd = new Float64Array(size);
  let [total, left] = [0, 0];
  for (let i = 0; i < size; i++) {
    let variance = 0;
    for (let row = 0; row < all.length; row++) variance += centered.get(row, i) ** 2 / freedom;
    total += variance;
    for (let k = 0; k < order.length; k++) variance -= components[k * size + i]! ** 2;
    left += Math.max(0, variance);
    sd[i] = Math.max(leastSd, Math.sqrt(Math.max(0, variance)));
  }
  return { mean, components, sd, explained: 1 - left / total };
}
