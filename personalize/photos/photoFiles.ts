import { AssetError } from '../../runtime/core/errors.js';

/** The files of a photo set, wherever they lie. Names are relative, with forward slashes. */
export interface PhotoFiles {
  /** Every file's name, sorted. */
  list(): Promise<readonly string[]>;
  /** @throws AssetError `photos/not-found` for a name that is not in the list, `photos/read` where reading fails */
  read(name: string): Promise<Uint8Array>;
}

export function notFound(name: string, cause?: unknown): AssetError {
  return new AssetError('photos/not-found', `${name}: there is no such file in the photo set. Add it.`, { cause });
}

export function notReadable(name: string, cause: unknown): AssetError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AssetError('photos/read', `${name}: the file cannot be read (${reason}). Check that it may be opened.`, {
    cause,
  });
}
