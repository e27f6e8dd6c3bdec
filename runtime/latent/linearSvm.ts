/** A plane: the label of x is the sign of normal . x + bias. */
export interface Plane {
  /** [size] */
  readonly normal: Float64Array;
  readonly bias: number;
}

export interface SvmOptions {
  /** Cost C of an error for each sample, before classes are balanced. */
  readonly cost: number;
  /** Largest passes over the samples. */
  readonly passes?: number;
}

/**
 * Linear support vector machine with squared hinge loss, by dual coordinate descent: it minimises 1/2 ||v||^2 + sum of
 * C_i max(0, 1 - y_i v . x_i)^2, one dual variable after the other, and converges linearly to the one minimum. Samples
 * are visited in a fixed order, the classes in turn. Source: Hsieh et al. 2008, "A dual coordinate descent method for
 * large-scale linear SVM", algorithm 1 (the L2 form of LIBLINEAR).
 * Errors of the rarer class weigh more, so that both classes weigh the same.
 * @param x [n, size], around the origin and of about unit length, which is what C = 1 means
 * @param y [n], 1 or -1; both occur
 */
export function linearSvm(x: Float64Array, y: Int8Array, { cost, passes = 1000 }: SvmOptions): Plane {
  const count = y.length;
  const size = x.length / count;
  const [high, low] = [1, -1].map((label) => [...y.keys()].filter((n) => y[n] === label));
  const order = Array.from({ length: 2 * Math.max(high!.length, low!.length) }, (_, i) =>
    i % 2 ? low![i >> 1] : high![i >> 1],
  ).filter((n) => n !== undefined);
  // v holds the bias as the weight of one more feature, which is always 1.
  const v = new Float64Array(size + 1);
  const dual = new Float64Array(count);
  const diagonal = Float64Array.from(y, (label) => (label > 0 ? high!.length : low!.length) / (count * cost));
  const squares = Float64Array.from(y, (_, n) => {
    let square = 1;
    for (let i = n * size; i < (n + 1) * size; i++) square += x[i]! * x[i]!;
    return square;
  });
  for (let pass = 0; pass < passes; pass++) {
    let worst = 0;
    for (const n of order) {
      let product = v[size]!;
      for (let i = 0, from = n * size; i < size; i++) product += v[i]! * x[from + i]!;
      const slope = y[n]! * product - 1 + diagonal[n]! * dual[n]!;
      const before = dual[n]!;
      worst = Math.max(worst, Math.abs(before > 0 ? slope : Math.min(slope, 0)));
      dual[n] = Math.max(0, before - slope / (squares[n]! + diagonal[n]!));
      const change = (dual[n] - before) * y[n]!;
      if (change === 0) continue;
      for (let i = 0, from = n * size; i < size; i++) v[i]! += change * x[from + i]!;
      v[size]! += change;
    }
    if (worst < 1e-6) break;
  }
  return { normal: v.slice(0, size), bias: v[size]! };
}
