import type { Tensor } from '../../core/tensor.js';
import { anchorGeometry, innerProducts, matchRows, type AnchorGeometry } from './anchorGeometry.js';
import { anchorsOf, mixAnchors, requireAlpha, requireBeta, type Anchors } from './anchors.js';
import { dilate, isInside, projectAlpha } from './dilatedSimplex.js';
import { diagonalScale, ridgeShare } from './ridge.js';
import { minimizeOnSimplex } from './simplexQp.js';
import { defaultBeta } from './softAlpha.js';

/** The latent of a person that is nearest to a given one. */
export interface ProjectedLatent {
  /** [n], sums to 1, at least -beta */
  readonly alpha: Float64Array;
  /** [rows, wDim] */
  readonly w: Tensor;
  /** Root mean square over rows of ||A^T alpha - w||, in units of w. */
  readonly distance: number;
}

/**
 * min ||A^T alpha - w||^2 subject to sum alpha = 1, alpha >= -beta, with one alpha for all layers (MyStyle's hard
 * projection). The nearest w is unique; where several alpha give it (more anchors than dimensions, the same anchor
 * twice), the one nearest to equal weights is returned.
 * @param w [wDim] or [rows, wDim]
 * @throws ShapeError, NumericError for a w of another size or not finite
 */
export function projectLatent(anchors: Anchors, w: Tensor, beta = defaultBeta): ProjectedLatent {
  requireBeta(beta);
  const geometry = anchorGeometry(anchors);
  const target = matchRows(geometry, w);
  const layers = target.length / geometry.wDim;
  // Where anchors have one row for all layers, the sum of squares is least for the mean of w over its layers.
  const offset = geometry.mean.map((mean) => -mean);
  const share = geometry.rows / layers;
  target.forEach((value, i) => (offset[i % offset.length]! += value * share));
  const alpha = nearest(geometry, innerProducts(geometry.centred, offset), beta);
  let squares = 0;
  for (let i = 0; i < geometry.mean.length; i++) {
    let value = geometry.mean[i]!;
    for (let n = 0; n < alpha.length; n++) value += alpha[n]! * geometry.centred[n * geometry.mean.length + i]!;
    for (let j = i; j < target.length; j += geometry.mean.length) squares += (value - target[j]!) ** 2;
  }
  return { alpha, w: mixAnchors(anchors, alpha, layers), distance: Math.sqrt(squares / layers) };
}

/**
 * The same layer by layer, each with weights of its own (P+).
 * @param w [numWs, wDim]
 * @returns numWs projections of one row
 */
export function projectLatentLayers(anchors: Anchors, w: Tensor, beta = defaultBeta): ProjectedLatent[] {
  const geometry = anchorGeometry(anchors);
  const { rows, wDim } = geometry;
  const target = Float32Array.from(matchRows(geometry, w));
  return Array.from({ length: target.length / wDim }, (_, layer) => {
    const row = { dims: [wDim], data: target.subarray(layer * wDim, (layer + 1) * wDim) };
    return projectLatent(rows === 1 ? anchors : layerOf(anchors, layer), row, beta);
  });
}

/**
 * Weights, anywhere, to those within { sum = 1, alpha >= -beta } whose w is nearest to theirs. Weights that are inside
 * stay as they are.
 * @param alpha [n]
 */
export function projectWeights(anchors: Anchors, alpha: ArrayLike<number>, beta = defaultBeta): Float64Array {
  requireBeta(beta);
  requireAlpha(alpha, anchors.count);
  if (isInside(alpha, beta, 1e-12)) return Float64Array.from(alpha);
  const geometry = anchorGeometry(anchors);
  const excess = Array.from(alpha).reduce((sum, value) => sum + value, -1);
  const meanProducts = innerProducts(geometry.centred, geometry.mean);
  const weights = Float64Array.from(alpha);
  const products = innerProducts(geometry.gram, weights).map((value, n) => value + excess * meanProducts[n]!);
  return nearest(geometry, products, beta, projectAlpha(weights, beta));
}

/** Rounds of the proximal point method (Rockafellar 1976), which takes away the ridge's bias. */
const rounds = 4;

/**
 * @param products [n], of every centred anchor with the target less the mean
 * @param from [n], which of several equal answers is wanted: the one nearest to these
 */
function nearest(
  { count, gram }: AnchorGeometry,
  products: Float64Array,
  beta: number,
  from: Float64Array = new Float64Array(count).fill(1 / count),
): Float64Array {
  const scale = diagonalScale(gram, count);
  const size = 1 + count * beta;
  const q = gram.map((value, i) => value / scale + (i % (count + 1) === 0 ? ridgeShare : 0));
  const rowSums = innerProducts(q, new Float64Array(count).fill(1));
  let alpha: Float64Array = from;
  let x: Float64Array = from.map((value) => (value + beta) / size);
  for (let round = 0; round < rounds; round++) {
    const anchor = alpha;
    // alpha = size * x - beta turns the dilated simplex into the plain one.
    const b = products.map((value, n) => (value / scale + ridgeShare * anchor[n]! + beta * rowSums[n]!) / size);
    x = minimizeOnSimplex(q, b, x);
    alpha = dilate(x, beta);
  }
  return alpha;
}

function layerOf({ count, ws }: Anchors, layer: number): Anchors {
  const [, rows, wDim] = ws.dims as [number, number, number];
  const data = new Float32Array(count * wDim);
  for (let n = 0; n < count; n++) {
    const from = (n * rows + layer) * wDim;
    data.set(ws.data.subarray(from, from + wDim), n * wDim);
  }
  return anchorsOf({ dims: [count, 1, wDim], data });
}
