import { ShapeError } from '../../core/errors.js';
import { hashKey, hashUniform } from '../../core/hash.js';

/** Uniform numbers in (0, 1), the same for the same name and seed. */
export function randomStream(name: string, seed: number): () => number {
  if (!Number.isInteger(seed)) {
    throw new ShapeError('latent/seed', `${name}: expected a whole number as seed, got ${seed}.`);
  }
  const key = hashKey(`${name}/${seed}`);
  let index = 0;
  return () => hashUniform(key, index++);
}

/** `count` of 0 .. total - 1 without replacement (the start of a Fisher-Yates shuffle). */
export function pick(total: number, count: number, random: () => number): number[] {
  const order = [...Array(total).keys()];
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (total - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, count);
}

/**
 * Weights of the symmetric Dirichlet distribution, by normalised gamma numbers. Their logarithms are taken, since a
 * gamma number of a small shape is often below the least float64. Source: Marsaglia and Tsang 2000, section 6.
 * @param concentration parameter of each weight, greater than 0
 * @returns [count], sums to 1
 */
export function dirichlet(count: number, concentration: number, random: () => number): Float64Array {
  const logs = Float64Array.from({ length: count }, () => {
    // Gamma(a) is Gamma(a + 1) U^(1 / a).
    return Math.log(gammaAboveOne(concentration + 1, random)) + Math.log(random()) / concentration;
  });
  const most = logs.reduce((a, b) => Math.max(a, b));
  const weights = logs.map((value) => Math.exp(value - most));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((value) => value / sum);
}

function gammaAboveOne(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
