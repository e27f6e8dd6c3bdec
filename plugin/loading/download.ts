import { FilesInputStore } from '@babylonjs/core/Misc/filesInputStore.js';
import { AssetError } from '../../runtime/core/errors.js';

/** @param total 0 where the server does not say */
export type BytesProgress = (loaded: number, total: number) => void;

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

/** A file that was dropped onto the page goes by `file:` and its name in lower case. */
function dropped(url: string): File | undefined {
  const name = /^file:(?!\/\/)(.+)$/.exec(url)?.[1];
  return name === undefined ? undefined : FilesInputStore.FilesToLoad[name.toLowerCase()];
}

/**
 * The bytes at an address, or of a file that was dropped onto the page.
 * @throws AssetError `asset/fetch`, or the signal's reason
 */
export async function download(
  url: string,
  { onBytes, signal }: { readonly onBytes?: BytesProgress | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const file = dropped(url);
  if (file) return new Uint8Array(await file.arrayBuffer());
  const response = await respond(url, signal);
  const total = Number(response.headers.get('content-length') ?? 0);
  if (!response.body || !onBytes) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    length += piece.value.byteLength;
    onBytes(length, Math.max(total > 0 ? length : 0, total));
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** @throws AssetError `asset/fetch`, `directions/json` */
export async function downloadJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const bytes = await download(url, { signal });
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (cause) {
    throw new AssetError('directions/json', `${url}: this is no JSON. Use the file that came with the base.`, {
      cause,
    });
  }
}
