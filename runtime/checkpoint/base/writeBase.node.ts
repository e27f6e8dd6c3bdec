import { decodeHalf, encodeHalf } from '../../core/half.js';
import { sizeOf, type Tensor } from '../../core/tensor.js';
import { writeAtomically } from '../atomicFile.node.js';
import type { Base } from './base.js';
import { BaseHasher } from './baseHash.js';
import type { ProgressOptions } from '../options.js';
import { baseFormat, baseVersion } from './safetensorsBase.js';
import { encodeValues, planSafetensors } from '../safetensors/safetensorsEncode.js';
import type { OpenBase, TensorEntry } from '../tensorEntry.js';

export interface WriteBaseOptions extends ProgressOptions {
  /** Store float16: half the size; weights are rounded to it, and the hash is that of the rounded weights. */
  readonly half?: boolean | undefined;
}

export interface WrittenBase {
  /** Hash of the weights as written; what a person file trained on this base names. */
  readonly hash: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Number of tensors. */
  readonly tensors: number;
}

/**
 * Writes a base file. It appears whole or not at all; on any error or abort nothing is left.
 * @throws AssetError `asset/write`, NumericError for a weight that is not finite or too large for float16
 */
export function writeBase(path: string, base: Base, options: WriteBaseOptions = {}): Promise<WrittenBase> {
  const entries = new Map(
    [...base.tensors].map(([name, tensor]): [string, TensorEntry] => [
      name,
      { name, dims: tensor.dims, read: () => Promise.resolve(tensor) },
    ]),
  );
  return writeOpenBase(path, { config: base.config, entries, hash: base.hash }, options);
}

/** The same, one tensor in memory at a time. */
export function writeOpenBase(
  path: string,
  { config, entries }: OpenBase,
  { half = false, onProgress, signal }: WriteBaseOptions = {},
): Promise<WrittenBase> {
  const dtype = half ? 'F16' : 'F32';
  const plan = (hash: string) =>
    planSafetensors(
      entries.values(),
      dtype,
      new Map([
        ['format', baseFormat],
        ['version', baseVersion],
        ['config', JSON.stringify(config)],
        ['hash', hash],
        ['licence', config.licence],
      ]),
    );
  // The hash is known last and stands first; any other of the same length keeps its place.
  const { offsets, size } = plan('0'.repeat(64));

  return writeAtomically(path, async (write) => {
    const hasher = new BaseHasher();
    const total = [...entries.values()].reduce((sum, { dims }) => sum + sizeOf(dims), 0);
    let done = 0;
    onProgress?.(0);
    for (const [name, entry] of entries) {
      signal?.throwIfAborted();
      const tensor = await entry.read();
      const bytes = encodeValues(name, tensor, dtype);
      await Promise.all([write(offsets.get(name)!, bytes), hasher.add(name, half ? rounded(tensor) : tensor)]);
      done += tensor.data.length;
      onProgress?.(done / total);
    }
    signal?.throwIfAborted();
    const hash = await hasher.finish();
    await write(0, plan(hash).header);
    return { hash, bytes: size, tensors: entries.size };
  });
}

function rounded({ dims, data }: Tensor): Tensor {
  return { dims, data: decodeHalf(encodeHalf(data)) };
}
