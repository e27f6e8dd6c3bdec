import { numberOf } from '../../runtime/core/kindOf.js';

const methodNames: ReadonlySet<string> = new Set([
  'getClassName',
  'getTypeName',
  'getHashCode',
  'clone',
  'copyFrom',
  'equals',
  'asArray',
  'serialize',
  'dispose',
  'toJSON',
  'then',
  'asymmetricMatch',
]);

/**
 * Names that tools call on whatever value they meet: Babylon's Editor asks for its class, promises for `then`. Objects
 * that have a number under every other name have nothing under these.
 */
export const isMethodName = (name: string): boolean => methodNames.has(name) || /^[_$]/.test(name);

/** Numbers by name of which most are 0 and not stored. */
export interface SparseNumbers {
  /** The name under which a number is stored; undefined: there is none of that name. */
  readonly nameOf: (key: string) => string | undefined;
  /** Names that are listed although they are 0. */
  readonly names: () => Iterable<string>;
  readonly stored: () => Readonly<Record<string, number>> | undefined;
  /** Where to write. */
  readonly store: () => Record<string, number>;
  readonly onChange: () => void;
  /** A name without a number was written, or a value that is none; nothing was changed. */
  readonly onRefused: (key: string, value: unknown) => void;
}

/**
 * Looks like a plain object with a number under every name, so that nested paths can be animated and names be listed. A value
 * may also be text, as fields of pages hold it.
 * @param members further ones, which are not listed
 */
export function sparseNumbers(
  { nameOf, names, stored, store, onChange, onRefused }: SparseNumbers,
  members: Readonly<Record<string, () => unknown>> = {},
): Record<string, number> {
  const known = (key: string | symbol): string | undefined => (typeof key === 'string' ? nameOf(key) : undefined);
  const storedNumber = (name: string): number => stored()?.[name] ?? 0;
  return new Proxy<Record<string, number>>(
    {},
    {
      get: (target, key, receiver): unknown => {
        const name = known(key);
        if (name !== undefined) return storedNumber(name);
        if (typeof key === 'string' && Object.hasOwn(members, key)) return members[key]!();
        return Reflect.get(target, key, receiver);
      },
      set: (_target, key, given: unknown) => {
        const name = known(key);
        const value = numberOf(given);
        if (name === undefined || value === undefined) {
          if (typeof key === 'string') onRefused(key, given);
          return true;
        }
        if (storedNumber(name) === value) return true;
        if (value === 0) Reflect.deleteProperty(store(), name);
        else store()[name] = value;
        onChange();
        return true;
      },
      has: (target, key) => known(key) !== undefined || Reflect.has(target, key),
      ownKeys: () => [...new Set([...names(), ...Object.keys(stored() ?? {})])],
      getOwnPropertyDescriptor: (_target, key) => {
        const name = known(key);
        if (name === undefined) return undefined;
        return { value: storedNumber(name), writable: true, enumerable: true, configurable: true };
      },
    },
  );
}
