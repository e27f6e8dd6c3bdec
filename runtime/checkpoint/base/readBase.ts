import { sizeOf, type Tensor } from '../../core/tensor.js';
import type { Base } from './base.js';
import { baseHash, expectHash } from './baseHash.js';
import type { ByteSource } from '../byteSource.js';
import { openBase } from './openBase.js';
import type { ReadBaseOptions } from '../options.js';
import { expectFinite } from '../safetensors/safetensorsEncode.js';
import { expectGiven } from '../../core/given.js';

/**
 * Reads a base: an official EG3D network pickle (its `G_ema`), a base file, or a bare safetensors file together with
 * `options.config`. Nothing in a file is executed. Weights become float32.
 *
 * The hash a base file states is trusted unless `options.verify` is set; for the others it is computed.
 * @throws AssetError if the file is damaged or foreign, ShapeError if sizes do not fit together, NumericError if a
 *   weight is not finite, the signal's reason if it aborts
 */
export async function readBase(source: ByteSource, options: ReadBaseOptions = {}): Promise<Base> {
  expectGiven('readBase', 'source', source);
  expectGiven('readBase', 'options', options);
  const { onProgress, signal } = options;
  onProgress?.(0);
  const { config, entries, hash } = await openBase(source, options);
  const total = [...entries.values()].reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  const tensors = new Map<string, Tensor>();
  let done = 0;
  for (const [name, entry] of entries) {
    signal?.throwIfAborted();
    const tensor = await entry.read();
    expectFinite(name, tensor.data);
    tensors.set(name, tensor);
    done += tensor.data.length;
    onProgress?.(done / total);
  }
  signal?.throwIfAborted();
  if (hash !== null && options.verify === true) await expectHash(hash, tensors);
  const own = hash ?? (await baseHash(tensors));
  signal?.throwIfAborted();
  return { config, tensors, hash: own };
}
