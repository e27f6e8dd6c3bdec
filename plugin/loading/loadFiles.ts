import type { Base } from '../../runtime/checkpoint/base/base.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import { ofFile } from '../../runtime/core/errors.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { download, downloadJson } from './download.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface DownloadOptions {
  /** Share of the file that has come, 0..1; only where the server says how long it is. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fetches a base file.
 * @throws AssetError where it cannot be had or is damaged
 */
export async function fetchBaseAsync(url: string, options: DownloadOptions = {}): Promise<Base> {
  expectGiven('fetchBaseAsync: url', 'path', url);
  expectGiven('fetchBaseAsync', 'options', options);
  const { onProgress, signal } = options;
  const onBytes = onProgress && ((loaded: number, total: number) => total > 0 && onProgress(loaded / total));
  const bytes = await download(url, { onBytes, signal });
  return ofFile(url, () => readBase(bytesSource(bytes), { signal }));
}

/**
 * Fetches the directions that belong to a base.
 * @throws AssetError where they cannot be had, are damaged or belong to another base
 */
export async function fetchDirectionsAsync(
  url: string,
  base: Base,
  options: DownloadOptions = {},
): Promise<Directions> {
  expectGiven('fetchDirectionsAsync: url', 'path', url);
  expectGiven('fetchDirectionsAsync', 'base', base);
  expectGiven('fetchDirectionsAsync', 'options', options);
  const { signal } = options;
  const json = await downloadJson(url, signal);
  return ofFile(url, () => parseDirections(json, { hash: base.hash, wDim: networkLayout(base).wDim }));
}
