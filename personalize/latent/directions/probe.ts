import type { Tensor } from '../../../runtime/core/tensor.js';

/** What moving along a direction does, measured on some latents. */
export interface Effect {
  /** Mean change of each attribute's score from -1/2 to +1/2 of the amount, in standard deviations of the score. */
  readonly change: Readonly<Record<string, number>>;
  /** `[pictures * 3 * side * side]`: the difference images, one after the other */
  readonly difference: Float32Array;
}

/** What a probe renders and reads with; `FaceStudio` is one. */
export interface Probe {
  /** @param w [wDim] */
  picture(w: Float32Array): Promise<Tensor>;
  scoresOf(image: Tensor): Promise<Readonly<Record<string, number>>>;
}

/**
 * Renders each latent half an amount before and behind, and measures what changed.
 * @param latents each [wDim]
 * @param vector [wDim], of amount 1
 * @param spreads standard deviation of each attribute's score
 */
export async function probeDirection(
  probe: Probe,
  latents: readonly Float32Array[],
  vector: ArrayLike<number>,
  amount: number,
  spreads: Readonly<Record<string, number>>,
): Promise<Effect> {
  const sums = new Map<string, { total: number; count: number }>();
  const differences: Float32Array[] = [];
  for (const w of latents) {
    const at = (share: number): Float32Array => w.map((value, i) => value + share * amount * vector[i]!);
    const [before, behind] = [await probe.picture(at(-0.5)), await probe.picture(at(0.5))];
    const [low, high] = [await probe.scoresOf(before), await probe.scoresOf(behind)];
    differences.push(behind.data.map((value, i) => value - before.data[i]!));
    for (const [name, spread] of Object.entries(spreads)) {
      if (low[name] === undefined || high[name] === undefined || !(spread > 0)) continue;
      const sum = sums.get(name) ?? { total: 0, count: 0 };
      sums.set(name, { total: sum.total + (high[name] - low[name]) / spread, count: sum.count + 1 });
    }
  }
  const size = differences.reduce((sum, { length }) => sum + length, 0);
  const difference = new Float32Array(size);
  differences.reduce((from, data) => (difference.set(data, from), from + data.length), 0);
  return {
    change: Object.fromEntries([...sums].map(([name, { total, count }]) => [name, total / count])),
    difference,
  };
}
