import { FilesInputStore } from '@babylonjs/core/Misc/filesInputStore.js';
import { AssetError } from '../../runtime/core/errors.js';
import { readBody, type BytesProgress } from '../../runtime/core/readBody.js';
import { registry } from '../registry.js';

/** What was asked for, and where that is, if it says more. */
const addressOf = (url: string, { url: full }: Response): string =>
  full === '' || full === url ? url : `${url} (${full})`;

/** In Node a relative address has nothing to be relative to, and `fetch` reads no files. */
const isPage = (): boolean => 'location' in globalThis;
const inNode =
  'Outside of a page, give an absolute http address, or put the bytes into FilesInputStore (docs/head.md, "In Node").';

async function respond(url: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    const remedy = isPage() || /^https?:/.test(url) ? 'Check the address.' : inNode;
    throw new AssetError('asset/fetch', `${url}: it cannot be fetched: ${String(cause)}. ${remedy}`, { cause });
  }
  if (response.ok) return response;
  const address = addressOf(url, response);
  throw new AssetError('asset/fetch', `${address}: the server answered ${response.status}. Check the address.`);
}

/**
 * Servers of single-page apps answer their page for every file that they do not have.
 * @param address for the message
 * @throws AssetError `asset/html` where the bytes are a web page
 */
export function expectNoPage(address: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (!/^<(!doctype\s+html|html|head|!--)/i.test(start)) return;
  throw new AssetError(
    'asset/html',
    `${address}: expected a file, got a web page (HTML). Servers of single-page apps answer so for a missing file: ` +
      'put the file where the server finds it, or check the address.',
  );
}

/** A file that was dropped onto the page goes by `file:` and its name in lower case. */
function dropped(url: string): File | undefined {
  const name = /^file:(?!\/\/)(.+)$/.exec(url)?.[1];
  if (name === undefined) return undefined;
  const files: Record<string, File | undefined> = FilesInputStore.FilesToLoad;
  const file = files[name.toLowerCase()];
  if (file) return file;
  throw new AssetError(
    'asset/dropped',
    `${url}: expected a file of that name that was opened or dropped here, got none. Open it together with the other, ` +
      'or name its address: baseUrl for a base, proxyUrl and directionsUrl for what lies beside one.',
  );
}

/**
 * The bytes at an address, or of a file that was dropped onto the page.
 * @throws AssetError `asset/fetch`, `asset/html`, `asset/dropped`, or the signal's reason
 */
export async function download(
  url: string,
  { onBytes, signal }: { readonly onBytes?: BytesProgress | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const file = dropped(url);
  if (file) return new Uint8Array(await file.arrayBuffer());
  const read = registry().readFile?.(url);
  if (read) return readAsync(url, read);
  const response = await respond(url, signal);
  const bytes = await readBody(response, onBytes);
  expectNoPage(addressOf(url, response), bytes);
  return bytes;
}

async function readAsync(url: string, read: Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await read;
  } catch (cause) {
    throw new AssetError('asset/read', `${url}: it cannot be read: ${String(cause)}. Is the file there?`, { cause });
  }
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
