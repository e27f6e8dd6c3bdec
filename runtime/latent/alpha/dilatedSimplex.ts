import { requireAlpha, requireBeta } from './anchors.js';

/** Whether sum(alpha) = 1 and every alpha >= -beta, to `tolerance`. */
export function isInside(alpha: ArrayLike<number>, beta: number, tolerance = 1e-6): boolean {
  const weights = Array.from(alpha);
  const sum = weights.reduce((total, value) => total + value, 0);
  const least = weights.reduce((a, b) => Math.min(a, b), Infinity);
  return Math.abs(sum - 1) <= tolerance && least >= -beta - tolerance;
}

/**
 * The nearest weights, in the Euclidean distance of alpha, within { sum = 1, alpha >= -beta }: max(alpha - tau, -beta)
 * with the tau that makes the sum 1, found by sorting. Source: Held, Wolfe and Crowder 1974; Duchi et al. 2008, fig. 1.
 * @param alpha [n]
 */
export function projectAlpha(alpha: ArrayLike<number>, beta = 0): Float64Array {
  requireBeta(beta);
  requireAlpha(alpha, alpha.length);
  const total = 1 + alpha.length * beta;
  const shifted = Float64Array.from(alpha, (value) => value + beta);
  let sum = 0;
  let tau = 0;
  shifted
    .slice()
    .sort()
    .reverse()
    .forEach((value, n) => {
      sum += value;
      const candidate = (sum - total) / (n + 1);
      if (value > candidate) tau = candidate;
    });
  return shifted.map((value) => Math.max(value - tau, 0) - beta);
}

/**
 * Stretches barycentric weights (sum 1, at least 0) to the dilated simplex: corners go to corners, the middle stays.
 * @param barycentric [n]
 */
export function dilate(barycentric: ArrayLike<number>, beta: number): Float64Array {
  requireBeta(beta);
  const size = 1 + barycentric.length * beta;
  return Float64Array.from(barycentric, (value) => size * value - beta);
}
