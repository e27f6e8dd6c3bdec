import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssetError, HeadError } from '../core/errors.js';
import { expectGiven } from '../core/given.js';

/** Writes all bytes at a place in the file. */
export type WriteAt = (position: number, bytes: Uint8Array) => Promise<void>;

/**
 * Writes a file so that it appears whole or not at all: `fill` writes beside the target, which is replaced at the
 * end. If anything fails, the target stays as it was and nothing is left beside it.
 * @throws AssetError `asset/write`, or whatever `fill` throws
 */
export async function writeAtomically<T>(path: string, fill: (write: WriteAt) => Promise<T>): Promise<T> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const handle = await fileSystem(path, () => open(partial, 'wx'));
  try {
    let result: T;
    try {
      result = await fill((position, bytes) => fileSystem(path, () => writeAll(handle, position, bytes)));
      await fileSystem(path, () => handle.sync());
    } finally {
      await handle.close();
    }
    await fileSystem(path, () => rename(partial, path));
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Writes `bytes` as a whole file, or leaves the target as it was. @throws AssetError `asset/write` */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  expectGiven('writeFileAtomically', 'path', path);
  expectGiven('writeFileAtomically', 'bytes', bytes);
  await writeAtomically(path, (write) => write(0, bytes));
}

/** Writes text as a whole UTF-8 file, or leaves the target as it was. @throws AssetError `asset/write` */
export async function writeTextAtomically(path: string, text: string): Promise<void> {
  expectGiven('writeTextAtomically', 'text', text);
  await writeFileAtomically(path, new TextEncoder().encode(text));
}

async function writeAll(handle: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function fileSystem<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof HeadError) throw cause;
    throw new AssetError(
      'asset/write',
      `${path}: the file cannot be written (${(cause as Error).message}). Check the folder, its rights and free space.`,
      { cause },
    );
  }
}
