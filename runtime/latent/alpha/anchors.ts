import type { PersonFile } from '../../checkpoint/person/person.js';
import { AssetError, NumericError, ShapeError } from '../../core/errors.js';
import { expectDims, formatDims, type Tensor } from '../../core/tensor.js';

/**
 * The latents of a person's photographs. Their weighted sums w = A^T alpha are the person's latent space (MyStyle,
 * Nitzan 2022, section 3.2).
 */
export interface Anchors {
  readonly count: number;
  /** [n, numWs, wDim], or [n, 1, wDim] where every layer takes the same w. */
  readonly ws: Tensor;
}

/**
 * @param ws [n, numWs or 1, wDim]
 * @throws ShapeError, AssetError if there are none, NumericError if a value is not finite
 */
export function anchorsOf(ws: Tensor): Anchors {
  expectDims(ws, [null, null, null], 'anchors');
  if (ws.data.length === 0) throw noAnchors(formatDims(ws.dims));
  const bad = ws.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NumericError('latent/anchors', `anchors: value ${bad} is ${ws.data[bad]!}. Fit them again.`);
  return { count: ws.dims[0]!, ws };
}

/** @throws AssetError if the person has no anchors, and as `anchorsOf` */
export function anchorsOfPerson({ tensors }: Pick<PersonFile, 'tensors'>): Anchors {
  const ws = tensors.get('anchors');
  if (!ws) throw noAnchors('none');
  return anchorsOf(ws);
}

/**
 * w = sum of alpha_i w_i.
 * @param alpha [n]; need not sum to 1
 * @param numWs layers of the result; default the anchors' own. Anchors of one row are repeated to as many as asked
 * @returns [numWs, wDim]
 * @throws ShapeError for alpha of another length, NumericError if a weight is not finite
 */
export function mixAnchors(anchors: Anchors, alpha: ArrayLike<number>, numWs?: number): Tensor {
  return mixAnchorLayers(anchors, Array<ArrayLike<number>>(layersOf(anchors, numWs)).fill(alpha));
}

/**
 * The same with weights of its own for every layer, the space P+ of MyStyle.
 * @param alphas numWs times [n]
 * @returns [numWs, wDim]
 * @throws as `mixAnchors`
 */
export function mixAnchorLayers(anchors: Anchors, alphas: readonly ArrayLike<number>[]): Tensor {
  const [, rows, wDim] = anchors.ws.dims as [number, number, number];
  const numWs = layersOf(anchors, alphas.length);
  const data = new Float32Array(numWs * wDim);
  const sum = new Float64Array(wDim);
  alphas.forEach((alpha, layer) => {
    requireAlpha(alpha, anchors.count);
    sum.fill(0);
    for (let n = 0; n < anchors.count; n++) {
      const weight = alpha[n]!;
      if (weight === 0) continue;
      const from = (n * rows + (rows === 1 ? 0 : layer)) * wDim;
      for (let i = 0; i < wDim; i++) sum[i]! += weight * anchors.ws.data[from + i]!;
    }
    data.set(sum, layer * wDim);
  });
  return { dims: [numWs, wDim], data };
}

/**
 * alpha_l = alpha + delta_l: one look, and what each layer changes about it.
 * @param alpha [n]
 * @param deltas numWs times [n]
 * @returns numWs times [n]
 */
export function layerAlphas(alpha: ArrayLike<number>, deltas: readonly ArrayLike<number>[]): Float64Array[] {
  return deltas.map((delta) => {
    requireAlpha(delta, alpha.length, 'delta');
    return Float64Array.from(delta, (value, n) => alpha[n]! + value);
  });
}

/** @throws ShapeError for another length, NumericError if a weight is not finite */
export function requireAlpha(alpha: ArrayLike<number>, count: number, where = 'alpha'): void {
  if (alpha.length !== count) {
    throw new ShapeError(
      'latent/alpha',
      `${where}: expected ${count} weights, one an anchor, got ${alpha.length}. Is it another person's?`,
    );
  }
  for (let n = 0; n < count; n++) {
    if (!Number.isFinite(alpha[n]!)) {
      throw new NumericError('latent/alpha', `${where}: weight ${n} is ${alpha[n]!}. Pass finite weights.`);
    }
  }
}

/** @throws ShapeError unless beta is finite and at least 0 */
export function requireBeta(beta: number): void {
  if (!(beta >= 0 && beta < Infinity)) {
    throw new ShapeError('latent/beta', `beta: expected a finite number of at least 0, got ${beta}. Usual is 0.03.`);
  }
}

function layersOf({ ws }: Anchors, numWs = ws.dims[1]!): number {
  const rows = ws.dims[1]!;
  if (!Number.isInteger(numWs) || numWs < 1 || (rows !== 1 && rows !== numWs)) {
    throw new ShapeError(
      'latent/layers',
      `anchors: expected ${rows === 1 ? 'at least 1 layer' : `${rows} layers`}, got ${numWs}. Ask for the base's num_ws.`,
    );
  }
  return numWs;
}

function noAnchors(got: string): AssetError {
  return new AssetError('latent/anchors', `anchors: expected at least one, got ${got}. Personalize with photographs.`);
}
