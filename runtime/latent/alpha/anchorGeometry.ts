import { NumericError, ShapeError } from '../../core/errors.js';
import { formatDims, type Tensor } from '../../core/tensor.js';
import type { Anchors } from './anchors.js';

/** Where a person's anchors lie, in float64 and about their mean, where the sums lose least. */
export interface AnchorGeometry {
  readonly count: number;
  readonly rows: number;
  readonly wDim: number;
  /** [rows, wDim] */
  readonly mean: Float64Array;
  /** [n, rows, wDim], less the mean. */
  readonly centred: Float64Array;
  /** [n, n], inner products of `centred`. */
  readonly gram: Float64Array;
  /** Root mean square distance of an anchor's row to the mean's, in units of w; 0 if all anchors are the same. */
  readonly spread: number;
}

const known = new WeakMap<Anchors, AnchorGeometry>();

export function anchorGeometry(anchors: Anchors): AnchorGeometry {
  let geometry = known.get(anchors);
  if (!geometry) known.set(anchors, (geometry = measure(anchors)));
  return geometry;
}

/**
 * Inner products of every anchor with `vector`.
 * @param anchors [n, size]
 * @param vector [size]
 * @returns [n]
 */
export function innerProducts(anchors: ArrayLike<number>, vector: ArrayLike<number>): Float64Array {
  const products = new Float64Array(anchors.length / vector.length);
  for (let n = 0, from = 0; n < products.length; n++, from += vector.length) {
    let sum = 0;
    for (let i = 0; i < vector.length; i++) sum += anchors[from + i]! * vector[i]!;
    products[n] = sum;
  }
  return products;
}

/** @param rows [n, size] */
export function gramOf(rows: Float64Array, size: number): Float64Array {
  const count = rows.length / size;
  const gram = new Float64Array(count * count);
  for (let n = 0; n < count; n++) gram.set(innerProducts(rows, rows.subarray(n * size, (n + 1) * size)), n * count);
  return gram;
}

/**
 * A latent for each of the anchors' rows: as it is, or repeated.
 * @param w [wDim], [1, wDim] or [rows, wDim]
 * @returns [rows of w or of the anchors, whichever are more; wDim]
 * @throws ShapeError, NumericError if it is not finite
 */
export function matchRows({ rows, wDim }: AnchorGeometry, w: Tensor, where = 'w'): Float64Array {
  const own = w.dims.length === 1 ? 1 : w.dims[0]!;
  if (w.dims.length > 2 || w.dims.at(-1) !== wDim || own < 1 || (own !== 1 && rows !== 1 && own !== rows)) {
    throw new ShapeError(
      'latent/w',
      `${where}: expected [${wDim}] or [${rows === 1 ? 'num_ws' : rows}, ${wDim}], got ${formatDims(w.dims)}. ` +
        'Is it of another base?',
    );
  }
  const bad = w.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NumericError('latent/w', `${where}: value ${bad} is ${w.data[bad]!}. Fit it again.`);
  return Float64Array.from({ length: Math.max(own, rows) * wDim }, (_, i) => w.data[i % w.data.length]!);
}

function measure({ count, ws }: Anchors): AnchorGeometry {
  const [, rows, wDim] = ws.dims as [number, number, number];
  const size = rows * wDim;
  const mean = new Float64Array(size);
  for (let i = 0; i < ws.data.length; i++) mean[i % size]! += ws.data[i]! / count;
  const centred = Float64Array.from(ws.data, (value, i) => value - mean[i % size]!);
  const squares = centred.reduce((sum, value) => sum + value * value, 0);
  const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  const spread = Math.sqrt(squares / count / rows);
  // The mean of equal numbers is off by a rounding.
  const same = spread <= 1e-12 * length;
  if (same) centred.fill(0);
  return { count, rows, wDim, mean, centred, gram: gramOf(centred, size), spread: same ? 0 : spread };
}
