import { standardNormal } from '../../runtime/latent/normal.js';
import { anchorsOf, type Anchors } from '../../runtime/latent/alpha/anchors.js';
import type { Tensor } from '../../runtime/core/tensor.js';

export const vector = (data: ArrayLike<number>): Tensor => ({ dims: [data.length], data: Float32Array.from(data) });

/** Random anchors about a mean that is not the origin. */
export function randomAnchors(count: number, wDim: number, rows = 1, seed = 1): Anchors {
  const values = standardNormal(seed, count * rows * wDim);
  return anchorsOf({ dims: [count, rows, wDim], data: values.map((value, i) => value + Math.sin(i % wDim)) });
}

/** Anchors given point by point. */
export const anchorsAt = (...points: readonly (readonly number[])[]): Anchors =>
  anchorsOf({ dims: [points.length, 1, points[0]!.length], data: Float32Array.from(points.flat()) });

export const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
export const least = (values: ArrayLike<number>): number => Math.min(...Array.from(values));
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (value, i) => value - b[i]!));
export const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => sum(Array.from(x, (value, i) => value * y[i]!));
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
/** A copy with one value changed. */
export const replaced = (values: Float64Array, index: number, by: number): Float64Array =>
  values.map((value, i) => (i === index ? by : value));
