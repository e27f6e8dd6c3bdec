import { AssetError, NumericError, ShapeError } from '../runtime/core/errors.js';
import { didYouMean } from '../runtime/core/nearName.js';
import { kindOf, numberOf } from '../runtime/core/kindOf.js';

/**
 * Options that a caller gave: an object, with known names alone.
 * @throws ShapeError `options/type`, AssetError `options/name` with the name that was probably meant
 */
export function optionsOf<T extends object>(
  where: string,
  given: T | undefined,
  known: readonly (keyof T & string)[],
): T {
  const options: unknown = given;
  if (options === undefined) return {} as T;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ShapeError(
      'options/type',
      `${where}: expected options as an object, got ${kindOf(options)}. There are: ${known.join(', ')}.`,
    );
  }
  for (const name of Object.keys(options)) {
    if ((known as readonly string[]).includes(name)) continue;
    throw new AssetError(
      'options/name',
      `${where}: there is no option ${name.slice(0, 60)}.${didYouMean(name, known)} There are: ${known.join(', ')}.`,
    );
  }
  return options as T;
}

/**
 * Options that are all numbers, with defaults for those that are absent.
 * @throws NumericError `options/number`, beside what `optionsOf` throws
 */
export function numbersOf<T extends Readonly<Record<string, number>>>(
  where: string,
  defaults: T,
  given: { readonly [K in keyof T]?: number } | undefined,
): { -readonly [K in keyof T]: number } {
  const options = optionsOf<Record<string, unknown>>(where, given, Object.keys(defaults));
  const numbers = Object.entries(defaults).map(([name, usual]) => {
    const number = options[name] === undefined ? usual : numberOf(options[name]);
    if (number === undefined) {
      throw new NumericError(
        'options/number',
        `${where}: option ${name}: expected a number, got ${kindOf(options[name])}.`,
      );
    }
    return [name, number] as const;
  });
  return Object.fromEntries(numbers) as { -readonly [K in keyof T]: number };
}
