import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { optionsOf } from '../options.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import type { HeadLoadingOptions } from './loadingOptions.js';

const texts = ['baseUrl', 'directionsUrl', 'proxyUrl', 'wasmPaths', 'rootUrl'] as const;
const numbers = ['seed', 'truncationPsi'] as const;
const places: readonly unknown[] = [undefined, 'auto', 'webgpu', 'wasm'];
/** Every option: one that is added must be named here. */
const all: Readonly<Record<keyof HeadLoadingOptions, true>> = {
  baseUrl: true,
  directionsUrl: true,
  proxyUrl: true,
  wasmPaths: true,
  rootUrl: true,
  networkOn: true,
  image: true,
  quality: true,
  seed: true,
  truncationPsi: true,
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
  for (const name of texts) {
    const value = options[name];
    if (value === undefined || typeof value === 'string') continue;
    throw new ShapeError('options/type', `${where}: option ${name}: expected an address, got ${kindOf(value)}.`);
  }
  for (const name of numbers) {
    const value = options[name];
    if (value === undefined || numberOf(value) !== undefined) continue;
    throw new NumericError('options/number', `${where}: option ${name}: expected a number, got ${kindOf(value)}.`);
  }
  if (!places.includes(options.networkOn)) {
    throw new ShapeError(
      'options/type',
      `${where}: option networkOn: expected auto, webgpu or wasm, got ${kindOf(options.networkOn)}.`,
    );
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
