import { AssetError, NumericError, ShapeError } from '../core/errors.js';

/** Indices of the samples that show most and least of something. */
export interface Extremes {
  readonly top: readonly number[];
  readonly bottom: readonly number[];
}

/**
 * The samples with the highest and the lowest scores, in order of their index. Equal scores never come to both sides:
 * where the two meet in one score (labels of 0 and 1 of which one is rare), it belongs to the side that it fills, or,
 * filling none, to neither.
 * @param scores [n]
 * @param fraction of the samples on each side, above 0, at most 0.5; the authors take 0.02 of 500,000
 * @throws ShapeError, NumericError for a score that is not finite, AssetError if a side has fewer than 2 samples
 */
export function extremes(scores: ArrayLike<number>, fraction: number): Extremes {
  if (!(fraction > 0 && fraction <= 0.5)) {
    throw new ShapeError('latent/labels', `labels: expected a fraction above 0 and at most 0.5, got ${fraction}.`);
  }
  for (let n = 0; n < scores.length; n++) {
    if (!Number.isFinite(scores[n]!)) {
      throw new NumericError('latent/labels', `labels: score ${n} is ${scores[n]!}. Leave the sample out.`);
    }
  }
  const order = Array.from(scores, (_, n) => n).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const [lowest, highest] = [order[0], order.at(-1)];
  if (lowest !== undefined && scores[lowest] === scores[highest!]) {
    throw new AssetError(
      'latent/labels',
      `labels: all ${scores.length} scores are ${scores[lowest]!}, so one class is empty. Label more varied samples.`,
    );
  }
  const each = Math.min(Math.max(2, Math.floor(fraction * order.length)), Math.floor(order.length / 2));
  let bottom = order.slice(0, each);
  let top = order.slice(order.length - each);
  const [border, start] = [scores[bottom.at(-1) ?? 0]!, scores[top[0] ?? 0]!];
  if (border === start) {
    const fillsBottom = scores[bottom[0]!] === border;
    const fillsTop = scores[top.at(-1)!] === border;
    if (!fillsBottom) bottom = bottom.filter((n) => scores[n]! < border);
    if (!fillsTop) top = top.filter((n) => scores[n]! > border);
  }
  if (top.length < 2 || bottom.length < 2) {
    throw new AssetError(
      'latent/labels',
      `labels: expected at least 2 samples a class, got ${top.length} high and ${bottom.length} low. ` +
        'Label more samples, or take a larger fraction.',
    );
  }
  const byIndex = (a: number, b: number): number => a - b;
  return { top: top.sort(byIndex), bottom: bottom.sort(byIndex) };
}
