import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { NumericError } from '../../runtime/core/errors.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { tellOnce } from '../tellOnce.js';

/** Warns once of what was written to a member and changes nothing: animations write in every frame, so nothing is thrown. */
export function tellMember(mesh: Mesh, member: string, expected: string, value: unknown): void {
  tellOnce(mesh, `${mesh.name}: ${member}: expected ${expected}, got ${kindOf(value)}. Nothing was changed.`);
}

/**
 * A number that is written to a member of a head.
 * @returns also what a text says, as fields of pages hold it; undefined, after a warning: it is none
 */
export function memberNumber(mesh: Mesh, member: string, value: unknown, expected = 'a number'): number | undefined {
  const number = numberOf(value);
  if (number === undefined) tellMember(mesh, member, expected, value);
  return number;
}

/**
 * Numbers by name that one call sets, all or none.
 * @param where what is set
 * @throws NumericError `head/number` that names the first that is none
 */
export function expectNumbers(where: string, pairs: readonly (readonly [string, unknown])[]): [string, number][] {
  return pairs.map(([name, value]) => {
    const number = numberOf(value);
    if (number !== undefined) return [name, number];
    throw new NumericError(
      'head/number',
      `${where}.${name.slice(0, 60)}: expected a number, got ${kindOf(value)}. Nothing was changed.`,
    );
  });
}
