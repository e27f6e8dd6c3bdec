import { NumericError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { anchorGeometry, gramOf, innerProducts, matchRows } from './anchorGeometry.js';
import { requireAlpha, requireBeta, type Anchors } from './anchors.js';
import { isInside } from './dilatedSimplex.js';
import { projectWeights } from './projectLatent.js';
import { solveGram } from './ridge.js';
import { defaultBeta } from './softAlpha.js';

/** What an edit does where it would leave P_beta = { sum alpha = 1, alpha >= -beta }. */
export type BorderPolicy = 'continue' | 'stop' | 'project';

/** A direction of W as a change of a person's weights. */
export interface AlphaDirection {
  /** [n] */
  readonly gamma: Float64Array;
  /** ||A^T gamma|| / ||d||: how much of the direction the person's anchors can show, 0 to 1. */
  readonly reach: number;
}

export interface EditedAlpha {
  /** [n] */
  readonly alpha: Float64Array;
  /** How far the edit went; less than asked for only with 'stop'. */
  readonly theta: number;
  /** Whether what was asked for lies outside P_beta. */
  readonly outside: boolean;
}

/**
 * gamma = (A A^T)^-1 A d, the weights whose w comes nearest to d (MyStyle, section 3.4).
 * @param direction [wDim] or [rows, wDim]
 * @param keepSum default true: the nearest among those that sum to 0, so that an edited alpha still sums to 1 and the
 *   three policies speak of the same P_beta. false is the authors' formula, where the sum drifts
 * @throws ShapeError, NumericError if the anchors show nothing of it: a single one, or all the same
 */
export function alphaDirection(anchors: Anchors, direction: Tensor, keepSum = true): AlphaDirection {
  const geometry = anchorGeometry(anchors);
  const { count, wDim, mean, centred } = geometry;
  const all = matchRows(geometry, direction, 'direction');
  // One weight for all layers sees the mean over layers of what is asked of anchors with a single row.
  const d = new Float64Array(mean.length);
  all.forEach((value, i) => (d[i % d.length]! += (value * d.length) / all.length));
  const rows = keepSum ? centred : centred.map((value, i) => value + mean[i % mean.length]!);
  const gamma = solveGram(keepSum ? geometry.gram : gramOf(rows, mean.length), innerProducts(rows, d));
  if (keepSum) {
    const excess = gamma.reduce((sum, value) => sum + value, 0) / count;
    gamma.forEach((value, n) => (gamma[n] = value - excess));
  }
  const shown = new Float64Array(mean.length);
  gamma.forEach((weight, n) => shown.forEach((value, i) => (shown[i] = value + weight * rows[n * mean.length + i]!)));
  const length = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const asked = length(all) / Math.sqrt(all.length / wDim);
  const reach = length(shown) / Math.sqrt(mean.length / wDim) / asked;
  if (!(reach > 1e-9)) {
    throw new NumericError(
      'latent/edit',
      `edit: the person's ${count} anchors show nothing of this direction. ` +
        'Edit in W with offsetByDirections, or personalize with more different photographs.',
    );
  }
  return { gamma, reach };
}

/**
 * alpha + theta * gamma, with a policy at the border of P_beta:
 *
 * - `continue`: goes on. Editing by theta and then by -theta returns to the start.
 * - `stop`: as far towards theta as all weights are at least -beta. Editing by minus the theta that was reached returns.
 * - `project`: to the latent of P_beta that is nearest to the edited one. Theta 0 is the start, but an edit of the
 *   result does not return once it was projected: keep the start, and edit from there.
 * @param alpha [n], the start; within P_beta for `stop` and `project`
 * @throws ShapeError, NumericError
 */
export function editAlpha(
  anchors: Anchors,
  alpha: ArrayLike<number>,
  { gamma }: Pick<AlphaDirection, 'gamma'>,
  theta: number,
  { policy = 'continue', beta = defaultBeta }: { readonly policy?: BorderPolicy; readonly beta?: number } = {},
): EditedAlpha {
  requireBeta(beta);
  requireAlpha(alpha, anchors.count);
  requireAlpha(gamma, anchors.count, 'gamma');
  if (!Number.isFinite(theta)) throw new NumericError('latent/edit', `edit: ${theta} is no amount.`);
  if (policy !== 'continue' && !isInside(alpha, beta)) {
    throw new NumericError(
      'latent/outside',
      `edit: policy ${policy} expects a start with sum 1 and no weight below -${beta}. Project it first.`,
    );
  }
  const at = (amount: number): Float64Array => gamma.map((value, n) => alpha[n]! + amount * value);
  const whole = at(theta);
  const outside = !isInside(whole, beta);
  if (!outside || policy === 'continue') return { alpha: whole, theta, outside };
  if (policy === 'project') return { alpha: projectWeights(anchors, whole, beta), theta, outside };
  let share = 1;
  gamma.forEach((value, n) => {
    const move = theta * value;
    if (move < 0) share = Math.min(share, Math.max(0, (alpha[n]! + beta) / -move));
  });
  return { alpha: at(theta * share), theta: theta * share, outside };
}
