import { AssetError } from '../core/errors.js';
import { directionsFormat, type Direction, type Directions } from './directions.js';
import { expectGiven } from '../core/given.js';
import { isRecord } from '../core/kindOf.js';

/** `{ "index": [..], "value": [..] }` or a plain list. */
type VectorJson = readonly number[] | { readonly index: readonly number[]; readonly value: readonly number[] };

interface DirectionJson {
  readonly name: string;
  readonly kind: Direction['kind'];
  readonly range: readonly [number, number];
  readonly vector: VectorJson;
}

interface DirectionsJson {
  readonly format: string;
  readonly version: number;
  readonly base: string;
  readonly directions: readonly DirectionJson[];
  readonly groups?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly neutral?: { readonly index: readonly number[]; readonly value: readonly number[] };
}

function fail(what: string): never {
  throw new AssetError('directions/format', `directions: ${what}. Use the file that came with the base.`);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry));

function isSparse(value: unknown): value is { index: number[]; value: number[] } {
  return (
    isRecord(value) && isNumbers(value.index) && isNumbers(value.value) && value.index.length === value.value.length
  );
}

function readVector(json: unknown, wDim: number, name: string): Float32Array {
  const vector = new Float32Array(wDim);
  if (isNumbers(json)) {
    if (json.length !== wDim) fail(`${name}: expected ${wDim} numbers, got ${json.length}`);
    vector.set(json);
  } else if (isSparse(json)) {
    json.index.forEach((index, i) => {
      if (!Number.isInteger(index) || index < 0 || index >= wDim)
        fail(`${name}: index ${index} is not in 0..${wDim - 1}`);
      vector[index] = json.value[i]!;
    });
  } else {
    fail(`${name}: vector must be a list of numbers or { index, value }`);
  }
  return vector;
}

function readDirection(json: unknown, wDim: number): Direction {
  if (!isRecord(json) || typeof json.name !== 'string') fail('an entry has no name');
  const { name, kind, range, vector } = json as Partial<DirectionJson> & { name: string };
  if (kind !== 'expression' && kind !== 'attribute') fail(`${name}: kind must be expression or attribute`);
  const ends: unknown = range;
  if (!isNumbers(ends) || ends.length !== 2 || !(ends[0]! < ends[1]!)) fail(`${name}: range must be [least, most]`);
  return { name, kind, range: [ends[0]!, ends[1]!], vector: readVector(vector, wDim, name) };
}

function readGroups(json: unknown, known: ReadonlyMap<string, Direction>): Map<string, Map<string, number>> {
  if (!isRecord(json)) fail('groups must be an object');
  return new Map(
    Object.entries(json).map(([group, members]) => {
      if (!isRecord(members)) fail(`group ${group} must be an object of shares`);
      const shares = Object.entries(members).map(([name, share]): [string, number] => {
        if (!known.has(name) || typeof share !== 'number') fail(`group ${group}: ${name} is no direction with a share`);
        return [name, share];
      });
      return [group, new Map(shares)];
    }),
  );
}

/**
 * Reads a directions file.
 * @param json parsed JSON
 * @param base the base it must belong to
 * @throws AssetError that names what is wrong
 */
export function parseDirections(json: unknown, base: { hash: string; wDim: number }): Directions {
  expectGiven('parseDirections: base', 'options', base);
  if (!isRecord(json) || json.format !== directionsFormat) fail(`format must be "${directionsFormat}"`);
  const file = json as unknown as DirectionsJson;
  if (file.version !== 1) fail(`version ${String(file.version)} is unknown, this program reads 1`);
  if (file.base !== base.hash) fail(`they belong to the base ${file.base}, not to ${base.hash}`);
  if (!Array.isArray(file.directions)) fail('directions must be a list');
  const directions = new Map<string, Direction>();
  for (const entry of file.directions) {
    const direction = readDirection(entry, base.wDim);
    if (directions.has(direction.name)) fail(`${direction.name} is there twice`);
    directions.set(direction.name, direction);
  }
  const neutral: unknown = file.neutral ?? { index: [], value: [] };
  if (!isSparse(neutral)) fail('neutral must be { index, value }');
  readVector(neutral, base.wDim, 'neutral');
  return {
    base: file.base,
    byName: directions,
    groups: readGroups(file.groups ?? {}, directions),
    neutral: new Map(neutral.index.map((index, i) => [index, neutral.value[i]!])),
  };
}
