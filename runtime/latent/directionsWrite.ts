import { directionsFormat, type Direction, type Directions } from './directions.js';

/** What is known of a direction beside its numbers; readers pass over it. */
export type DirectionNotes = Readonly<Record<string, unknown>>;

/**
 * The text of a directions file, as `parseDirections` reads it.
 * @param notes by the direction's name, e.g. accuracy and crosstalk
 */
export function encodeDirections(
  set: Directions,
  notes: ReadonlyMap<string, DirectionNotes> = new Map(),
  note?: string,
): string {
  const neutral = [...set.neutral];
  const file = {
    format: directionsFormat,
    version: 1,
    base: set.base,
    ...(note === undefined ? {} : { note }),
    directions: [...set.byName.values()].map(({ name, kind, range, vector }) => ({
      name,
      kind,
      range,
      ...notes.get(name),
      vector: vectorJson(vector),
    })),
    groups: Object.fromEntries([...set.groups].map(([name, members]) => [name, Object.fromEntries(members)])),
    neutral: { index: neutral.map(([index]) => index), value: neutral.map(([, value]) => value) },
  };
  return `${JSON.stringify(file)}\n`;
}

/** Six digits: a direction is no more exact than the labels it was found from. */
const round = (value: number): number => Number(value.toPrecision(6));

function vectorJson(vector: Direction['vector']): unknown {
  const index = [...vector.keys()].filter((i) => vector[i] !== 0);
  if (2 * index.length > vector.length) return Array.from(vector, round);
  return { index, value: index.map((i) => round(vector[i]!)) };
}
