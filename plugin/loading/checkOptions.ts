import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { optionsOf } from '../options.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import type { HeadLoadingOptions } from './loadingOptions.js';

const places: readonly unknown[] = ['auto', 'webgpu', 'wasm'];

/** What a value must be, in words, and whether it is; null: any. */
type Wanted = readonly [string, (value: unknown) => boolean] | null;

const address: Wanted = ['an address', (value) => typeof value === 'string'];
const number: Wanted = ['a number', (value) => numberOf(value) !== undefined];
/** Every option: one that is added must be named here. */
const all: Readonly<Record<keyof HeadLoadingOptions, Wanted>> = {
  baseUrl: address,
  directionsUrl: address,
  proxyUrl: address,
  wasmPaths: address,
  rootUrl: address,
  seed: number,
  truncationPsi: number,
  networkOn: ['auto, webgpu or wasm', (value) => places.includes(value)],
  image: null,
  quality: null,
};

/**
 * Options of heads as their caller gave them.
 * @param others names of further options that the caller takes
 * @throws AssetError for a name that there is not, with the one that was probably meant; ShapeError, NumericError for a value of
 * another type
 */
export function checkHeadOptions(where: string, given: unknown, others: readonly string[] = []): void {
  const options: Readonly<Record<string, unknown>> = optionsOf(
    where,
    given as (Record<string, unknown> & HeadLoadingOptions) | undefined,
    [...Object.keys(all), ...others],
  );
  for (const [name, wanted] of Object.entries<Wanted>(all)) {
    const value = options[name];
    if (value === undefined || !wanted || wanted[1](value)) continue;
    const told = `${where}: option ${name}: expected ${wanted[0]}, got ${kindOf(value)}.`;
    if (wanted === number) throw new NumericError('options/number', told);
    throw new ShapeError('options/type', told);
  }
}

/** @throws ShapeError `options/type` for what is no scene */
export function expectScene(where: string, scene: unknown): void {
  if (typeof (scene as { getEngine?: unknown } | null | undefined)?.getEngine === 'function') return;
  throw new ShapeError('options/type', `${where}: expected a Babylon scene, got ${kindOf(scene)}.`);
}

/** @throws ShapeError `options/type` for what is no text */
export function expectText(where: string, what: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new ShapeError('options/type', `${where}: expected ${what} as text, got ${kindOf(value)}.`);
}
