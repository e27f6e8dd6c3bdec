import { AssetError } from '../../runtime/core/errors.js';
import type { FileSource } from './protocol.js';

/** A file as a blob. @throws AssetError `asset/fetch` where it is not served; the signal's reason when it aborts */
export async function fetchBlob(source: FileSource, signal?: AbortSignal): Promise<Blob> {
  if (typeof source !== 'string') return source;
  let response: Response;
  try {
    response = await fetch(source, { signal: signal ?? null });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = String(cause);
    throw new AssetError('asset/fetch', `${source}: it cannot be fetched: ${reason}. Check the address.`, { cause });
  }
  if (response.ok) return response.blob();
  throw new AssetError('asset/fetch', `${source}: the server answered ${response.status}. Check the address.`);
}
