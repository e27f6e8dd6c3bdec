import { landmarkCount } from '../faces/faceTopology.js';
import { mirrorHead } from './landmarkSpread.js';

/** What an expression of one head does to its landmarks. */
export interface MeasuredMove {
  readonly name: string;
  /** World units: [468, 3] */
  readonly move: Float64Array;
}

/** Name of the same expression on the face's other side; its own where it has none. */
export function mirroredName(name: string): string {
  if (name.endsWith('Left')) return `${name.slice(0, -4)}Right`;
  if (name.endsWith('Right')) return `${name.slice(0, -5)}Left`;
  return name;
}

/**
 * Means over heads and over both sides of the face, as an expression moves one side as its twin moves the other.
 * @param mirror landmark at the mirrored place of each: [468]
 * @returns by name, in the order in which names came: [468, 3] each
 */
export function meanMoves(measured: readonly MeasuredMove[], mirror: Int32Array): ReadonlyMap<string, Float64Array> {
  const sums = new Map<string, { readonly sum: Float64Array; count: number }>();
  const add = (name: string, move: Float64Array): void => {
    const entry = sums.get(name) ?? { sum: new Float64Array(3 * landmarkCount), count: 0 };
    move.forEach((value, i) => (entry.sum[i]! += value));
    entry.count++;
    sums.set(name, entry);
  };
  for (const { name, move } of measured) add(name, move);
  const names = [...sums.keys()];
  for (const { name, move } of measured) {
    if (sums.has(mirroredName(name))) add(mirroredName(name), mirrorHead(move, mirror));
  }
  return new Map(names.map((name) => [name, sums.get(name)!.sum.map((value) => value / sums.get(name)!.count)]));
}
