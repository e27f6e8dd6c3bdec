import { boxMean } from './boxMean.js';

export interface GuidedFilterOptions {
  /** Pixels. */
  readonly radius: number;
  /** Variance of the guide below which its edges are smoothed over. */
  readonly epsilon: number;
}

/**
 * Smooths an image so that its edges are those of a guide: q = a g + b with a = cov(g, p) / (var(g) + epsilon), means over
 * windows. Source: He, Sun, Tang, Guided Image Filtering, 2010, equations 5, 6 and 8.
 * @param input [side, side]
 * @param guide [side, side], 0..1
 * @returns [side, side]
 */
export function guidedFilter(
  input: Float32Array,
  guide: Float32Array,
  side: number,
  { radius, epsilon }: GuidedFilterOptions,
): Float32Array {
  const mean = (values: Float32Array): Float32Array => boxMean(values, side, radius);
  const meanGuide = mean(guide);
  const meanInput = mean(input);
  const products = mean(input.map((value, i) => value * guide[i]!));
  const squares = mean(guide.map((value) => value * value));
  const a = new Float32Array(input.length);
  const b = new Float32Array(input.length);
  for (let i = 0; i < input.length; i++) {
    a[i] = (products[i]! - meanGuide[i]! * meanInput[i]!) / (squares[i]! - meanGuide[i]! ** 2 + epsilon);
    b[i] = meanInput[i]! - a[i]! * meanGuide[i]!;
  }
  const [meanA, meanB] = [mean(a), mean(b)];
  return guide.map((value, i) => meanA[i]! * value + meanB[i]!);
}
