import { AssetError, NumericError, ShapeError } from '../core/errors.js';
import { didYouMean } from '../core/nearName.js';
import type { Tensor } from '../core/tensor.js';
import { expectGiven } from '../core/given.js';

/** A named offset in W: amount 1 is the full expression, or one standard step of an attribute. */
export interface Direction {
  readonly name: string;
  readonly kind: 'expression' | 'attribute';
  /** Amounts the base can show; others are clamped to it. */
  readonly range: readonly [number, number];
  /** [wDim], added to every row of ws, times the amount. */
  readonly vector: Float32Array;
}

/** What can be done to the latents of one base. */
export interface Directions {
  /** Hash of the base they belong to. */
  readonly base: string;
  readonly byName: ReadonlyMap<string, Direction>;
  /** Names for several directions at once, with their shares: smile = both corners of the mouth. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Coordinates of w that hold an expression; set to these values, a face is neutral. */
  readonly neutral: ReadonlyMap<number, number>;
}

/** Version of the file format; readers refuse others. */
export const directionsFormat = 'personalized-head/directions';

/** Amounts by direction or group name. */
export type Amounts = Readonly<Record<string, number>>;

/** Amounts by direction, groups taken apart, clamped to what the base can show. */
export function resolveAmounts(set: Directions, amounts: Amounts): Map<string, number> {
  expectGiven('amounts', 'directions', set);
  expectGiven('amounts', 'record', amounts);
  const { byName, groups } = set;
  const sums = new Map<string, number>();
  for (const [name, amount] of Object.entries(amounts)) {
    if (!Number.isFinite(amount))
      throw new NumericError('latent/direction', `direction ${name}: ${amount} is no amount.`);
    const members = byName.has(name) ? new Map([[name, 1]]) : groups.get(name);
    if (!members) {
      const known = [...groups.keys(), ...byName.keys()].join(', ');
      throw new AssetError(
        'latent/direction',
        `direction ${name}: this base has none of that name.${didYouMean(name, [...groups.keys(), ...byName.keys()])} It has: ${known}.`,
      );
    }
    for (const [member, share] of members) sums.set(member, (sums.get(member) ?? 0) + share * amount);
  }
  for (const [name, amount] of sums) {
    const [least, most] = byName.get(name)!.range;
    sums.set(name, Math.min(most, Math.max(least, amount)));
  }
  return sums;
}

/**
 * ws + sum of amount * direction, in every row.
 * @param ws [numWs, wDim]
 */
export function offsetByDirections(ws: Tensor, set: Directions, amounts: Amounts): Tensor {
  expectGiven('ws', 'tensor', ws);
  const wDim = ws.dims.at(-1)!;
  const data = ws.data.slice();
  for (const [name, amount] of resolveAmounts(set, amounts)) {
    const { vector } = set.byName.get(name)!;
    if (vector.length !== wDim) {
      throw new ShapeError('latent/direction', `direction ${name}: has ${vector.length} numbers, w has ${wDim}.`);
    }
    for (let i = 0; i < data.length; i++) data[i]! += amount * vector[i % wDim]!;
  }
  return { dims: ws.dims, data };
}

/** The same face without its expression. */
export function neutralize(ws: Tensor, set: Directions): Tensor {
  expectGiven('ws', 'tensor', ws);
  expectGiven('neutralize', 'directions', set);
  const { neutral } = set;
  const wDim = ws.dims.at(-1)!;
  const data = ws.data.slice();
  for (let row = 0; row < data.length; row += wDim) {
    for (const [index, value] of neutral) data[row + index] = value;
  }
  return { dims: ws.dims, data };
}
