import type { Base } from '../../runtime/checkpoint/base.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readBase } from '../../runtime/checkpoint/readBase.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { networkLayout } from '../../runtime/network/layout.js';

export interface DownloadOptions {
  /** Share of the file that has come, 0..1; only where the server says how long it is. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

async function respond(url: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    throw new AssetError('asset/fetch', `${url}: it cannot be fetched: ${String(cause)}. Check the address.`, {
      cause,
    });
  }
  if (response.ok) return response;
  throw new AssetError('asset/fetch', `${url}: the server answered ${response.status}. Check the address.`);
}

async function download(url: string, { onProgress, signal }: DownloadOptions): Promise<Uint8Array> {
  const response = await respond(url, signal);
  const total = Number(response.headers.get('content-length') ?? 0);
  if (!response.body || !onProgress) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    length += piece.value.byteLength;
    if (total > 0) onProgress(Math.min(1, length / total));
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/**
 * Fetches a base file.
 * @throws AssetError where it cannot be had or is damaged
 */
export async function fetchBaseAsync(url: string, options: DownloadOptions = {}): Promise<Base> {
  const bytes = await download(url, options);
  return readBase(bytesSource(bytes), options.signal ? { signal: options.signal } : {});
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
  const response = await respond(url, options.signal);
  let json: unknown;
  try {
    json = await response.json();
  } catch (cause) {
    throw new AssetError('directions/json', `${url}: this is no JSON. Use the file that came with the base.`, {
      cause,
    });
  }
  return parseDirections(json, { hash: base.hash, wDim: networkLayout(base).wDim });
}
