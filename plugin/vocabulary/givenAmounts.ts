import { AssetError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { didYouMean, nearName } from '../../runtime/core/nearName.js';
import type { ArkitAmounts, ArkitName } from '../arkitNames.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { FACE_NAMES, faceAmountsOf } from './faceNames.js';

/** MediaPipe's FaceLandmarker: `result.faceBlendshapes[0].categories`. */
export interface BlendshapeCategory {
  readonly categoryName: string;
  readonly score: number;
}

/** Amounts by name, in any form that programs hold them: an object, a Map, pairs, or MediaPipe's categories. */
export type GivenAmounts =
  | Readonly<Record<string, number>>
  | ReadonlyMap<string, number>
  | Iterable<readonly [string, number]>
  | Iterable<BlendshapeCategory>;

/** An owner may go a little beyond 1. What is farther is percent, or another unit. */
export const largestAmount = 2;

/** Names that recordings and trackers have beside a face's, and that mean nothing to a head. */
export const isIdleName = (name: string): boolean => /^_?neutral$|^time(code)?$|^blendshapecount$|^frame$/i.test(name);

const isIterable = (value: object): value is Iterable<unknown> => Symbol.iterator in value;

/**
 * The names and values of given amounts, as they are.
 * @throws ShapeError `expression/amounts` for what holds no amounts by name
 */
export function amountEntries(where: string, given: unknown): [string, unknown][] {
  const refuse = (got: string): never => {
    throw new ShapeError(
      'expression/amounts',
      `${where}: expected amounts by name, for example { jawOpen: 0.5 } or a Map, got ${got}. Give each amount its name.`,
    );
  };
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) return refuse(kindOf(given));
  // MediaPipe's whole classification, or its list for several faces.
  if ('categories' in given) return amountEntries(where, given.categories);
  if (!isIterable(given)) return Object.entries(given);
  return [...given].flatMap((part, i): [string, unknown][] => {
    if (typeof part !== 'object' || part === null) return refuse(`${kindOf(part)} as entry ${i}`);
    if ('categories' in part) return i === 0 ? amountEntries(where, part.categories) : [];
    const [name, value] = Array.isArray(part)
      ? (part as unknown[])
      : [(part as Partial<BlendshapeCategory>).categoryName, (part as Partial<BlendshapeCategory>).score];
    return typeof name === 'string' ? [[name, value]] : refuse(`an entry ${i} without a name`);
  });
}

/** How many times each named amount goes into each of ARKit's expressions, added up. */
export function addUp(parts: Iterable<readonly [ArkitAmounts, number]>): Map<ArkitName, number> {
  const sums = new Map<ArkitName, { sum: number; parts: number }>();
  for (const [amounts, amount] of parts) {
    for (const [name, share] of Object.entries(amounts) as [ArkitName, number][]) {
      const known = sums.get(name);
      sums.set(name, { sum: (known?.sum ?? 0) + share * amount, parts: (known?.parts ?? 0) + 1 });
    }
  }
  // An owner's one amount may go beyond 1; what several names make together may not.
  const kept = (sum: number): number => Math.min(1, Math.max(-1, sum));
  return new Map([...sums].map(([name, { sum, parts }]) => [name, parts > 1 ? kept(sum) : sum]));
}

/**
 * Amounts that one call sets, checked: every name known, every amount a number in its unit, no expression twice.
 * @throws ShapeError, NumericError, AssetError with the name, and the one that was probably meant
 */
export function expectAmounts(where: string, given: unknown): ReadonlyMap<ArkitName, number> {
  const seen = new Map<string, string>();
  const parts = amountEntries(where, given).flatMap(([name, value]): [ArkitAmounts, number][] => {
    const amount = numberOf(value);
    if (amount === undefined) {
      throw new NumericError(
        'expression/amount',
        `${where} ${name}: expected a number, got ${kindOf(value)}. Pass 0 to 1.`,
      );
    }
    if (Math.abs(amount) > largestAmount) {
      throw new NumericError(
        'expression/units',
        `${where} ${name}: expected an amount of 0 to 1, got ${amount}. Divide percent by 100.`,
      );
    }
    const amounts = faceAmountsOf(name);
    if (!amounts) throw unknownName(where, name);
    const same = JSON.stringify(amounts);
    const twin = seen.get(same);
    if (twin !== undefined && same !== '{}') {
      throw new AssetError(
        'expression/twice',
        `${where}: expected each expression once, got ${twin} and ${name}, which are the same. Leave one out.`,
      );
    }
    seen.set(same, name);
    return [[amounts, amount]];
  });
  return addUp(parts);
}

const unknownName = (where: string, name: string): AssetError =>
  new AssetError(
    'expression/name',
    `${where} ${name.slice(0, 80)}: expected one of ARKit's names, a viseme, a VRM preset, or one of ` +
      `${FACE_NAMES.slice(52, 57).join(', ')}, got another.${didYouMean(name, FACE_NAMES)} ` +
      `ARKit's are: ${FACE_NAMES.slice(0, 52).join(', ')}.`,
  );

/** Names that mean nothing, each with the one that was probably meant, for warnings and errors. */
export function listUnknown(names: readonly string[]): string {
  const listed = names.slice(0, 8).map((name) => {
    const near = nearName(name, FACE_NAMES);
    return name.slice(0, 60) + (near === null ? '' : ` (did you mean ${near}?)`);
  });
  return listed.join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
}
