import type { Directions } from '../../runtime/latent/directions.js';
import { applyColors } from '../training/appearance/colorTransform.js';
import { patchLoss, type LossWeights } from '../training/losses.js';
import { patchRays, wholePatch, type Target } from '../training/target.js';
import type { Fitting } from './fitLatent.js';

/** A hair style of a base: a coordinate of w, and what it holds where the hair is of that style; 0 where it is not. */
export interface HairStyle {
  readonly name: string;
  readonly index: number;
  readonly value: number;
}

const prefix = 'hair.';

/** The hair styles that a base was built with: its directions `hair.*` that are one coordinate each. Fewer than 2: none. */
export function hairStylesOf(directions: Directions | undefined): readonly HairStyle[] {
  const styles = [...(directions?.byName.values() ?? [])].flatMap(({ name, vector }) => {
    const moved = [...vector.keys()].filter((i) => vector[i] !== 0);
    return name.startsWith(prefix) && moved.length === 1
      ? [{ name: name.slice(prefix.length), index: moved[0]!, value: vector[moved[0]!]! }]
      : [];
  });
  return styles.length < 2 ? [] : styles;
}

/**
 * The same head with one style instead of whatever mixture it has.
 * @param w [wDim]
 */
export function withStyle(w: Float32Array, styles: readonly HairStyle[], style: HairStyle): Float32Array {
  const styled = w.slice();
  for (const { index } of styles) styled[index] = 0;
  styled[style.index] = style.value;
  return styled;
}

/** Hair shows by its outline and its colour; of finer structure nothing fits yet. */
const weights: LossWeights = { color: 1, alpha: 1, structure: 0 };
/** Side of the photos that heads are compared with, pixels. */
const resolution = 32;

/**
 * How far each photo is from the head in each style. A head is made once a style and rendered from all cameras.
 * @param v [wDim] of the person so far
 * @returns [styles + 1][photos]: the last as the head is
 * @throws the signal's reason when it aborts
 */
export async function compareStyles(
  { head, variables, latent, settings, view }: Omit<Fitting, 'random'>,
  targets: readonly Target[],
  v: Float32Array,
  styles: readonly HairStyle[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const w = latent.toWs(v).data.slice(0, latent.layout.wDim);
  const costs: number[][] = [];
  for (const style of [...styles, null]) {
    const ws = latent.toWs(style ? latent.fromW(withStyle(w, styles, style)) : v);
    const row: number[] = [];
    for (const target of targets) {
      signal?.throwIfAborted();
      const patch = wholePatch(target, resolution);
      const rays = patchRays(target.camera, patch, settings);
      const rendered = row.length === 0 ? await head.render(ws, variables, rays) : await head.renderMore(rays);
      const colors = view?.(target).colors;
      row.push(patchLoss(colors ? applyColors(rendered, colors) : rendered, patch, weights, patch.certainty).total);
    }
    costs.push(row);
  }
  return costs;
}

/** Which style a person has, and each of their photos; null: as the head was. */
export interface ChosenStyles {
  readonly person: number | null;
  readonly photos: readonly (number | null)[];
}

/** A style that brings a photo nearer by less than this share is not worth leaving the person's for. */
const worthwhile = 0.08;
/** No photo has more say than this, in units of its own best: it may show a cap, or another style. */
const mostSay = 1.5;

/**
 * The person's style is the one that most photos are near to: the least sum, over photos, of the cost in units of the photo's
 * best one, cut off at 1.5. A photo has another where that is nearer by a twelfth and more.
 * @param costs as `compareStyles` gives them
 */
export function chooseStyles(costs: readonly (readonly number[])[]): ChosenStyles {
  const own = costs.length - 1;
  const photos = costs[own]!.map((_, photo) => costs.map((row) => row[photo]!));
  const sums = costs.map((_, style) =>
    photos.reduce((sum, of) => sum + Math.min(mostSay, of[style]! / Math.max(Math.min(...of), 1e-12)), 0),
  );
  const person = sums[own]! <= Math.min(...sums) ? own : sums.indexOf(Math.min(...sums));
  const known = (style: number): number | null => (style === own ? null : style);
  return {
    person: known(person),
    photos: photos.map((of) => {
      const best = of.indexOf(Math.min(...of));
      return known(of[best]! < (1 - worthwhile) * of[person]! ? best : person);
    }),
  };
}

/**
 * As numbers, for a state: the person's, then each photo's.
 * @returns [1 + photos]; -1: as the head was
 */
export const encodeStyles = ({ person, photos }: ChosenStyles): Float32Array =>
  Float32Array.from([person, ...photos], (style) => style ?? -1);

export function decodeStyles(numbers: Float32Array): ChosenStyles {
  const [person, ...photos] = Array.from(numbers, (style) => (style < 0 ? null : style));
  return { person: person ?? null, photos };
}
