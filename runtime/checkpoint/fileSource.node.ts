import { open, type FileHandle } from 'node:fs/promises';
import { AssetError, ofFile } from '../core/errors.js';
import { checkRange, type ByteSource } from './byteSource.js';

/**
 * A file on disk. Close it when done.
 * @throws AssetError `asset/not-found`, `asset/not-a-file`, `asset/read`
 */
export async function fileSource(path: string): Promise<ByteSource & { close(): Promise<void> }> {
  const handle = await openForReading(path);
  let size: number;
  try {
    const info = await handle.stat();
    if (!info.isFile()) {
      throw new AssetError('asset/not-a-file', `${path}: expected a file, got a directory or device. Name a file.`);
    }
    size = info.size;
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    size,
    async read(offset, length) {
      checkRange(size, offset, length);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await readPiece(handle, bytes, done, offset, path);
        // The file shrank since it was opened.
        if (bytesRead === 0) checkRange(offset + done, offset, length);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/**
 * What `read` makes of a file, which is closed then. Errors name the file.
 * @throws as `fileSource`, and what `read` throws
 */
export async function readFrom<T>(path: string, read: (source: ByteSource) => Promise<T>): Promise<T> {
  const source = await fileSource(path);
  try {
    return await ofFile(path, () => read(source));
  } finally {
    await source.close();
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AssetError(
      missing ? 'asset/not-found' : 'asset/read',
      missing
        ? `${path}: there is no such file. Check the path.`
        : `${path}: the file cannot be opened (${(cause as Error).message}).`,
      { cause },
    );
  }
}

async function readPiece(handle: FileHandle, bytes: Uint8Array, done: number, offset: number, path: string) {
  try {
    return await handle.read(bytes, done, bytes.length - done, offset + done);
  } catch (cause) {
    throw new AssetError('asset/read', `${path}: byte ${offset + done} cannot be read (${(cause as Error).message}).`, {
      cause,
    });
  }
}
