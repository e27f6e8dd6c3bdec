import {
  type Agreement,
  type Effect,
  encodeDirections,
  type FoundDirection,
  type LabelledSample,
} from 'babylon-personalized-head/command';
import type { Directions } from 'babylon-personalized-head/runtime';

/** Amounts that are clamped to: as far as samples at the extremes lie. */
const range = [-3, 3] as const;

/** Standard deviation of each found attribute's score. */
export function spreadsOf(
  samples: readonly LabelledSample[],
  found: readonly FoundDirection[],
): Record<string, number> {
  return Object.fromEntries(
    found.map(({ attribute: { name } }) => {
      const scores = samples.flatMap((sample) => sample.scores[name] ?? []);
      const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
      return [name, Math.sqrt(scores.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scores.length)];
    }),
  );
}

/** The text of the file, with what is known of each direction beside its numbers. */
export function directionsFile(
  base: string,
  found: readonly FoundDirection[],
  effects: ReadonlyMap<string, Effect>,
  agreements: ReadonlyMap<string, Agreement>,
  note: string,
): string {
  const set: Directions = {
    base,
    byName: new Map(
      found.map(({ attribute: { name, kind }, vector }) => [name, { name, kind, range, vector }] as const),
    ),
    groups: new Map(),
    neutral: new Map(),
  };
  const notes = found.map(({ attribute: { name }, accuracy, counts, keeps }) => {
    const effect = effects.get(name);
    const agreement = agreements.get(name);
    const more = { ...(effect ? { crosstalk: effect.change } : {}), ...(agreement ? { agreement } : {}) };
    return [name, { accuracy, counts, keeps, ...more }] as const;
  });
  return encodeDirections(set, new Map(notes), note);
}

/** What a person wants to know of it. */
export function printDirections(
  found: readonly FoundDirection[],
  effects: ReadonlyMap<string, Effect>,
  agreements: ReadonlyMap<string, Agreement>,
): void {
  for (const { attribute, accuracy, counts } of found) {
    const { name } = attribute;
    const change = effects.get(name)?.change ?? {};
    const others = Object.entries(change).map(([other, value]) => `${other} ${value.toFixed(2)}`);
    console.log(`${name}: accuracy ${accuracy.toFixed(2)} (${counts.join(' + ')} samples)`);
    if (others.length > 0) console.log(`  amount 1 changes, in standard deviations: ${others.join(', ')}`);
    const own = agreements.get(name);
    if (own) {
      console.log(
        `  the base's own ${own.own}: ${own.sameSign ? 'same' : 'OTHER'} sign, changes ${name} by ` +
          `${own.change.toFixed(2)}, cosine in W ${own.latent.toFixed(2)}, in pictures ${own.image.toFixed(2)}`,
      );
    }
  }
}
