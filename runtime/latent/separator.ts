import { NumericError, ShapeError } from '../core/errors.js';
import { expectDims, type Tensor } from '../core/tensor.js';
import { pick, randomStream } from './alpha/randomStream.js';
import { extremes } from './extremes.js';
import { linearSvm, type Plane } from './linearSvm.js';

export interface SeparatorOptions {
  /** Share of the samples taken as each class; default 0.1, the authors' 0.02 where there are many thousands. */
  readonly fraction?: number;
  /** Share of each class that is kept for the accuracy; default 0.3. */
  readonly heldOut?: number;
  /** Cost of errors (see linearSvm): less trusts the classes' means, more their border. */
  readonly cost?: number;
  /** Whole number; of the split. */
  readonly seed?: number;
}

/** A direction of W found from labels. */
export interface SeparatedDirection {
  /** [wDim], unit length, towards higher scores. */
  readonly normal: Float64Array;
  /** The plane between the classes: normal . w + bias = 0. */
  readonly bias: number;
  /** Held-out samples on the right side: mean of the two classes' shares, 0.5 is chance. */
  readonly accuracy: number;
  /** Samples of the top and of the bottom class, held-out ones included. */
  readonly counts: readonly [number, number];
}

/**
 * The direction in which a score rises: the unit normal of the plane that separates the samples with the highest scores
 * from those with the lowest. Source: InterFaceGAN (Shen 2020), section 3; My3DGen's own choices are a linear SVM on
 * the outer 2 % and a 70/30 split.
 * @param samples [n, wDim]
 * @param scores [n]
 * @throws ShapeError, NumericError, AssetError for constant scores or an empty class
 */
export function separate(
  samples: Tensor,
  scores: ArrayLike<number>,
  { fraction = 0.1, heldOut = 0.3, cost = 1, seed = 0 }: SeparatorOptions = {},
): SeparatedDirection {
  expectDims(samples, [scores.length, null], 'samples');
  if (!(heldOut > 0 && heldOut < 1)) {
    throw new ShapeError('latent/labels', `labels: expected a held-out share between 0 and 1, got ${heldOut}.`);
  }
  if (!(cost > 0 && cost < Infinity)) {
    throw new ShapeError('latent/labels', `labels: expected a cost greater than 0, got ${cost}.`);
  }
  const { top, bottom } = extremes(scores, fraction);
  const random = randomStream('separator', seed);
  const splits = [top, bottom].map((members) => {
    const shuffled = pick(members.length, members.length, random).map((n) => members[n]!);
    const kept = Math.min(members.length - 1, Math.max(1, Math.round(heldOut * members.length)));
    return { test: shuffled.slice(0, kept), train: shuffled.slice(kept) };
  });
  const [high, low] = splits as [(typeof splits)[0], (typeof splits)[0]];
  const { normal, bias } = fit(samples, high.train, low.train, cost);
  const value = (n: number): number =>
    normal.reduce((sum, part, i) => sum + part * samples.data[n * normal.length + i]!, bias);
  const right = [high.test.filter((n) => value(n) > 0), low.test.filter((n) => value(n) < 0)];
  return {
    normal,
    bias,
    accuracy: (right[0]!.length / high.test.length + right[1]!.length / low.test.length) / 2,
    counts: [top.length, bottom.length],
  };
}

/** Samples are moved between the classes' means and scaled to unit length on average; the plane is moved back. */
function fit(samples: Tensor, high: readonly number[], low: readonly number[], cost: number): Plane {
  const wDim = samples.dims[1]!;
  const centre = new Float64Array(wDim);
  for (const members of [high, low]) {
    for (const n of members) {
      for (let i = 0; i < wDim; i++) centre[i]! += samples.data[n * wDim + i]! / members.length / 2;
    }
  }
  const members = [...high, ...low];
  const x = new Float64Array(members.length * wDim);
  members.forEach((n, row) => {
    for (let i = 0; i < wDim; i++) x[row * wDim + i] = samples.data[n * wDim + i]! - centre[i]!;
  });
  const scale = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / members.length);
  if (!Number.isFinite(scale)) {
    throw new NumericError('latent/samples', 'samples: a value is not finite. Leave the sample out.');
  }
  const y = Int8Array.from(members, (_, row) => (row < high.length ? 1 : -1));
  const plane = linearSvm(
    x.map((value) => value / (scale || 1)),
    y,
    { cost },
  );
  const length = Math.sqrt(plane.normal.reduce((sum, value) => sum + value * value, 0));
  if (!(length > 1e-9)) {
    throw new NumericError(
      'latent/samples',
      'samples: both classes have the same w, nothing separates them. Are the scores of these samples?',
    );
  }
  const normal = plane.normal.map((value) => value / length);
  const moved = normal.reduce((sum, value, i) => sum + value * centre[i]!, 0);
  return { normal, bias: (plane.bias * scale) / length - moved };
}
