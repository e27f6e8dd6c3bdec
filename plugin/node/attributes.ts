import type { Directions } from '../../runtime/latent/directions.js';
import type { HeadMetadata } from './metadata.js';
import { isMethodName, sparseNumbers } from './sparseNumbers.js';

/** Members cannot have dots, which divide the paths of animations: `hair.short01` is `hairShort01`. */
const keyOf = (name: string): string =>
  name.replace(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Names of a base's attributes by the members that set them. */
export function attributeNames(directions: Directions | null): ReadonlyMap<string, string> {
  const attributes = [...(directions?.byName.values() ?? [])].filter(({ kind }) => kind === 'attribute');
  return new Map(attributes.map(({ name }) => [keyOf(name), name] as const));
}

/**
 * Amounts of attributes as a head's member. Stored in its metadata, also those that its base does not have: that is known
 * only when the base's directions are there, and there may be another base tomorrow.
 * @param names those that the base has, as far as it is known
 */
export function attributeValues(
  metadata: () => HeadMetadata,
  names: () => Iterable<string>,
  onChange: () => void,
  onRefused: (key: string, value: unknown) => void,
): Record<string, number> {
  const isName = (name: string): boolean => /^[A-Za-z]\w*$/.test(name) && !(name in Object.prototype);
  return sparseNumbers({
    nameOf: (key) => (!isMethodName(key) && isName(keyOf(key)) ? keyOf(key) : undefined),
    names,
    stored: () => metadata().attributes,
    store: () => (metadata().attributes ??= {}),
    onChange,
    onRefused,
  });
}
