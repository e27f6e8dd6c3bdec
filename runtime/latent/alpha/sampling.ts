import { ShapeError } from '../../core/errors.js';
import { anchorGeometry } from './anchorGeometry.js';
import { requireBeta, type Anchors } from './anchors.js';
import { dilate } from './dilatedSimplex.js';
import { dirichlet, pick, randomStream } from './randomStream.js';

/** `three-anchors` is the authors' way; `even` covers the person's space. */
export type SamplingMethod = 'three-anchors' | 'even';

export interface SamplingOptions {
  /** Whole number; default 0. */
  readonly seed?: number;
  /** Default `even`. */
  readonly method?: SamplingMethod;
  /** Samples of the convex hull are stretched to weights of at least -beta; default 0, as the authors sample. */
  readonly beta?: number;
}

/** Draws from which the farthest is taken, for each sample of `even`. */
const candidates = 32;

/**
 * Weights of one random look.
 *
 * - `three-anchors` (My3DGen): three anchors without replacement, U(0, 1) coefficients, normalised. With fewer anchors,
 *   all of them.
 * - `even`: a Dirichlet draw whose total concentration is itself drawn, log-uniform from 1 to n. The flat Dirichlet
 *   (total n) alone would not do: its variance is 1 / (n + 1) of the anchors', so 50 anchors would give 50 times nearly
 *   the mean face. A total of 1 has half the anchors' variance and stays near corners and edges. Between them every
 *   distance from the middle occurs.
 * @param count anchors
 * @returns [count], sums to 1, at least -beta
 * @throws ShapeError
 */
export function sampleAlpha(count: number, options: SamplingOptions = {}): Float64Array {
  const { seed = 0, method = 'even', beta = 0 } = options;
  requireCount(count, 'anchors', 1);
  return draw(count, method, beta, randomStream('alpha', seed));
}

/**
 * Weights of several looks. `three-anchors` draws each by itself. `even` takes of 32 draws the one whose w is farthest
 * from the w of all samples so far (best candidate, Mitchell 1991; with all draws in one pool it is Gonzalez's
 * traversal of 1985, whose covering radius is at most twice the least possible), so a sheet shows different looks and
 * the space between the anchors is filled from coarse to fine. The first samples do not depend on how many are asked
 * for.
 * @param samples how many
 * @returns samples times [n], each sums to 1 and is at least -beta
 * @throws ShapeError
 */
export function sampleAlphas(anchors: Anchors, samples: number, options: SamplingOptions = {}): Float64Array[] {
  const { seed = 0, method = 'even', beta = 0 } = options;
  requireCount(samples, 'samples', 0);
  const random = randomStream('alpha', seed);
  const { count, gram } = anchorGeometry(anchors);
  const taken: Float64Array[] = [];
  while (taken.length < samples) {
    let best = draw(count, method, beta, random);
    if (method === 'even' && taken.length > 0) {
      let farthest = nearestSquare(gram, best, taken);
      for (let i = 1; i < candidates; i++) {
        const candidate = draw(count, method, beta, random);
        const square = nearestSquare(gram, candidate, taken);
        if (square > farthest) [best, farthest] = [candidate, square];
      }
    }
    taken.push(best);
  }
  return taken;
}

function draw(count: number, method: SamplingMethod, beta: number, random: () => number): Float64Array {
  requireBeta(beta);
  if (method === 'even') return dilate(dirichlet(count, count ** random() / count, random), beta);
  const chosen = pick(count, Math.min(3, count), random).map((n) => [n, random()] as const);
  const sum = chosen.reduce((total, [, coefficient]) => total + coefficient, 0);
  const alpha = new Float64Array(count);
  for (const [n, coefficient] of chosen) alpha[n] = coefficient / sum;
  return dilate(alpha, beta);
}

/** Least ||A^T (alpha - other)||^2. */
function nearestSquare(gram: Float64Array, alpha: Float64Array, others: readonly Float64Array[]): number {
  let least = Infinity;
  const difference = new Float64Array(alpha.length);
  for (const other of others) {
    for (let n = 0; n < alpha.length; n++) difference[n] = alpha[n]! - other[n]!;
    let square = 0;
    for (let n = 0, i = 0; n < alpha.length; n++) {
      let product = 0;
      for (let m = 0; m < alpha.length; m++, i++) product += gram[i]! * difference[m]!;
      square += product * difference[n]!;
    }
    least = Math.min(least, square);
  }
  return least;
}

function requireCount(count: number, what: string, least: number): void {
  if (!Number.isInteger(count) || count < least) {
    throw new ShapeError('latent/samples', `sample: expected a whole number of ${what} from ${least}, got ${count}.`);
  }
}
