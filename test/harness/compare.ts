/** A number bounds the largest absolute difference. */
export type Tolerance = number | { readonly maxAbs?: number; readonly relRms?: number };

interface Difference {
  readonly maxAbs: number;
  readonly worst: number;
  readonly relRms: number;
}

/** Infinite wherever exactly one of the two is NaN; equal infinities and two NaNs do not differ. */
function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Infinity : difference;
}

function measure(actual: ArrayLike<number>, expected: ArrayLike<number>): Difference {
  if (actual.length !== expected.length) {
    throw new Error(`${actual.length} values against ${expected.length} expected.`);
  }
  let maximum = 0;
  let worst = 0;
  let squares = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = expected[i]!;
    const d = distance(actual[i]!, e);
    if (d > maximum) {
      maximum = d;
      worst = i;
    }
    squares += d * d;
    if (Number.isFinite(e)) scale += e * e;
  }
  // Against all zeros there is no relative measure; the absolute one says what is wrong then.
  const relRms = squares === 0 ? 0 : Math.sqrt(squares / (scale || expected.length));
  return { maxAbs: maximum, worst, relRms };
}

/** The largest absolute difference. */
export function maxAbs(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return measure(a, b).maxAbs;
}

/** Root mean square of the difference over that of `expected`. */
export function relRms(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return measure(actual, expected).relRms;
}

/** Throws with the worst place when the two differ by more than the tolerance. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  label: string,
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${label}: ${actual.length} values against ${expected.length} expected.`);
  }
  const allowed = typeof tolerance === 'number' ? { maxAbs: tolerance } : tolerance;
  const found = measure(actual, expected);
  // Without a bound on the maximum, a single NaN still must not pass: its distance is infinite.
  const largest = allowed.maxAbs ?? Number.MAX_VALUE;
  const within = found.maxAbs <= largest && found.relRms <= (allowed.relRms ?? Infinity);
  if (within) return;
  const { worst } = found;
  throw new Error(
    `${label}: maxAbs ${found.maxAbs.toExponential(3)}, relRms ${found.relRms.toExponential(3)} ` +
      `(allowed ${JSON.stringify(allowed)}); worst at ${worst} of ${expected.length}: ` +
      `${actual[worst]!} against ${expected[worst]!} expected.`,
  );
}
