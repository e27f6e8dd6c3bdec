import { AssetError } from '../core/errors.js';
import { expectGiven } from '../core/given.js';

/** A file of known size that is read in pieces, so that a checkpoint is never in memory as a whole. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`, in an array that starts its own buffer and belongs to the caller.
   * @throws AssetError `asset/truncated` if the range leaves the file
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Releases what the source holds; reading afterwards is an error. */
  close?(): Promise<void>;
}

/** @throws AssetError if [offset, offset + length) is not inside a file of `size` bytes */
export function checkRange(size: number, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new AssetError('asset/range', `read: expected a range of whole bytes, got ${length} bytes at ${offset}.`);
  }
  if (offset + length > size) {
    throw new AssetError(
      'asset/truncated',
      `byte ${offset}: expected ${length} more bytes, got the end of the file at ${size}. ` +
        'The file is cut short or damaged; copy or download it again.',
    );
  }
}

/** The bytes of an array; they are copied on every read, so later changes to `bytes` reach nobody. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  expectGiven('bytesSource', 'bytes', bytes);
  return {
    size: bytes.byteLength,
    read: (offset, length) =>
      new Promise((resolve) => {
        checkRange(bytes.byteLength, offset, length);
        const copy = new Uint8Array(length);
        copy.set(bytes.subarray(offset, offset + length));
        resolve(copy);
      }),
  };
}

/** The `length` bytes from `offset` of another source, which stays open. */
export function sliceSource(source: ByteSource, offset: number, length: number): ByteSource {
  checkRange(source.size, offset, length);
  return {
    size: length,
    read(from, count) {
      checkRange(length, from, count);
      return source.read(offset + from, count);
    },
  };
}

/** A file a user picked or dropped, or any other Blob. */
export function blobSource(blob: Blob): ByteSource {
  expectGiven('blobSource', 'blob', blob);
  return {
    size: blob.size,
    async read(offset, length) {
      checkRange(blob.size, offset, length);
      let piece: ArrayBuffer;
      try {
        piece = await blob.slice(offset, offset + length).arrayBuffer();
      } catch (cause) {
        throw new AssetError('asset/read', `byte ${offset}: the file can no longer be read. Choose it again.`, {
          cause,
        });
      }
      checkRange(offset + piece.byteLength, offset, length);
      return new Uint8Array(piece);
    },
  };
}
