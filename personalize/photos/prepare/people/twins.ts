import { hashDistance } from '../measures/differenceHash.js';

/** Copies of one photo differ in at most this many of 64 bits. */
const mostBits = 6;

/**
 * Finds photos that are copies of others.
 * @param hashes of `differenceHash`; null where there is none
 * @param maySame whether two photos whose hashes are alike may be copies: faces that are told apart are not
 * @param better whether the first of two copies is to be kept
 * @returns for each photo the index of the copy that is kept in its place, or null
 */
export function findTwins(
  hashes: readonly (readonly [number, number] | null)[],
  maySame: (a: number, b: number) => boolean,
  better: (a: number, b: number) => boolean,
): (number | null)[] {
  const kept: number[] = [];
  const twins: (number | null)[] = hashes.map(() => null);
  hashes.forEach((hash, i) => {
    if (!hash) return;
    const twin = kept.find((k) => hashDistance(hash, hashes[k]!) <= mostBits && maySame(i, k));
    if (twin === undefined) kept.push(i);
    else if (better(i, twin)) {
      kept[kept.indexOf(twin)] = i;
      // Earlier copies of the one that goes now have this one.
      twins.forEach((other, k) => (twins[k] = other === twin ? i : other));
      twins[twin] = i;
    } else twins[i] = twin;
  });
  return twins;
}
