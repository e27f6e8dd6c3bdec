import { offsetOf } from '../../../runtime/latent/personEdit.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import type { FoundDirection } from './findDirections.js';
import { cosine } from '../../vectors.js';
import { probeDirection, type Effect, type Probe } from './probe.js';

/** Names under which a base may have the same of its own, and whether more of it is more of the attribute. */
const counterparts: Readonly<Record<string, readonly [name: string, sign: 1 | -1]>> = {
  smile: ['smile', 1],
  mouthOpen: ['jawOpen', 1],
  eyeOpen: ['blink', -1],
  age: ['age', 1],
  gender: ['gender', 1],
};

/** How a direction found from labels compares with the base's own. */
export interface Agreement {
  /** Name among the base's own. */
  readonly own: string;
  /** Cosine of both in W, 1 along each other; the own one turned to more of the attribute. */
  readonly latent: number;
  /** Cosine of what both change in pictures of the same heads. */
  readonly image: number;
  /** What the own one changes of the attribute, in standard deviations, amount 1. */
  readonly change: number;
  /** Whether both raise the attribute. */
  readonly sameSign: boolean;
}

/**
 * Compares found directions with those a base came with, by what both move in pictures.
 * @param effects of the found ones, by name
 * @returns by the found one's name; without those that the base has no counterpart of
 */
export async function compareDirections(
  probe: Probe,
  latents: readonly Float32Array[],
  found: readonly FoundDirection[],
  effects: ReadonlyMap<string, Effect>,
  own: Directions,
  spreads: Readonly<Record<string, number>>,
): Promise<Map<string, Agreement>> {
  const agreements = new Map<string, Agreement>();
  for (const { attribute, vector } of found) {
    const [name, sign] = counterparts[attribute.name] ?? ['', 1];
    const effect = effects.get(attribute.name);
    if (!effect || !(own.byName.has(name) || own.groups.has(name))) continue;
    const offset = offsetOf(own, { [name]: sign }, { hash: own.base });
    const theirs = await probeDirection(probe, latents, offset.data, 1, spreads);
    const change = theirs.change[attribute.name] ?? 0;
    agreements.set(attribute.name, {
      own: name,
      latent: cosine(vector, offset.data),
      image: cosine(effect.difference, theirs.difference),
      change,
      sameSign: change > 0 && (effect.change[attribute.name] ?? 0) > 0,
    });
  }
  return agreements;
}
