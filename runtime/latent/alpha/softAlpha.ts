import { NumericError } from '../../core/errors.js';
import { requireAlpha, requireBeta } from './anchors.js';

/** Beta of MyStyle's projection: how far a weight may fall below 0. */
export const defaultBeta = 0.03;
/** MyStyle's sharpness of the softplus. */
const sharpness = 100;

function softplus(x: number): number {
  const scaled = sharpness * x;
  return (Math.max(scaled, 0) + Math.log1p(Math.exp(-Math.abs(scaled)))) / sharpness;
}

/**
 * The soft constraint under which an optimiser looks for alpha: s = softplus(alpha + beta) - beta, then s / sum(s).
 * The result sums to 1; s >= -beta holds before the division, so afterwards alpha >= -beta holds only where sum(s) is
 * at least 1, or beta is 0. Use `projectAlpha` for the constraint itself. Source: MyStyle, section 3.3.
 * @param alpha [n], unconstrained
 * @throws NumericError where sum(s) is not positive: all weights far below 0
 */
export function softAlpha(alpha: ArrayLike<number>, beta = defaultBeta): Float64Array {
  const { soft, sum } = soften(alpha, beta);
  return soft.map((value) => value / sum);
}

/**
 * Vector-Jacobian product of `softAlpha`.
 * @param alpha [n]
 * @param gradient [n], of a loss to `softAlpha(alpha)`
 * @returns [n], of the loss to alpha
 */
export function softAlphaGradient(
  alpha: ArrayLike<number>,
  gradient: ArrayLike<number>,
  beta = defaultBeta,
): Float64Array {
  const { soft, sum } = soften(alpha, beta);
  requireAlpha(gradient, soft.length, 'gradient of alpha');
  const mean = soft.reduce((total, value, n) => total + (value / sum) * gradient[n]!, 0);
  return soft.map((_, n) => (gradient[n]! - mean) / sum / (1 + Math.exp(-sharpness * (alpha[n]! + beta))));
}

function soften(alpha: ArrayLike<number>, beta: number): { soft: Float64Array; sum: number } {
  requireBeta(beta);
  requireAlpha(alpha, alpha.length);
  const soft = Float64Array.from(alpha, (value) => softplus(value + beta) - beta);
  const sum = soft.reduce((total, value) => total + value, 0);
  if (!(sum > 1e-6)) {
    throw new NumericError(
      'latent/alpha',
      `alpha: the softened weights sum to ${sum}, which cannot be scaled to 1. Start from equal weights 1 / n.`,
    );
  }
  return { soft, sum };
}
