import { AssetError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import { openNetworkPickle } from '../pickle/networkPickle.js';
import type { ReadBaseOptions } from '../options.js';
import { openSafetensorsBase } from './safetensorsBase.js';
import type { OpenBase } from '../tensorEntry.js';
import { validateDims } from './validateBase.js';

/**
 * Reads the structure of a network pickle, a base file or a bare safetensors file, told apart by their first bytes,
 * and checks that the sizes fit together.
 */
export async function openBase(source: ByteSource, options: ReadBaseOptions = {}): Promise<OpenBase> {
  options.signal?.throwIfAborted();
  const head = await source.read(0, Math.min(16, source.size));
  const base = await openKind(head, source, options);
  options.signal?.throwIfAborted();
  validateDims(new Map([...base.entries].map(([name, { dims }]) => [name, dims])), base.config);
  return base;
}

function openKind(head: Uint8Array, source: ByteSource, options: ReadBaseOptions): Promise<OpenBase> {
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) return openNetworkPickle(source, options);
  // Eight bytes of header length, then JSON.
  if (head[8] === 0x7b) return openSafetensorsBase(source, options);
  throw new AssetError(
    'asset/format',
    `base: expected an EG3D network pickle (.pkl) or a safetensors file, got ${nameOf(head)}. Choose another file.`,
  );
}

function nameOf(head: Uint8Array): string {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (head.length === 0) return 'an empty file';
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'a PNG image';
  if (starts(0xff, 0xd8)) return 'a JPEG image';
  if (starts(0x50, 0x4b)) return 'a zip archive (a checkpoint of torch.save; convert it to safetensors)';
  if (starts(0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e)) return 'a Git LFS pointer (fetch the file itself)';
  if (starts(0x3c)) return 'a web page';
  return `a file that begins with ${[...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}
