import type { ByteSource } from '../byteSource.js';
import { openBase } from './openBase.js';
import { writeOpenBase, type WriteBaseOptions, type WrittenBase } from './writeBase.node.js';
import { expectGiven } from '../../core/given.js';

export interface ImportOptions extends WriteBaseOptions {
  /** A GeneratorConfig, or JSON that `parseConfig` accepts; needed for a bare safetensors file. */
  readonly config?: unknown;
}

/**
 * Turns a checkpoint (network pickle, base file or bare safetensors) into a base file, one tensor in memory at a
 * time. The output appears whole or not at all.
 * @throws what `readBase` and `writeBase` throw
 */
export async function importCheckpoint(
  input: ByteSource,
  outputPath: string,
  options: ImportOptions = {},
): Promise<WrittenBase> {
  expectGiven('importCheckpoint', 'source', input);
  expectGiven('importCheckpoint: output', 'path', outputPath);
  expectGiven('importCheckpoint', 'options', options);
  const base = await openBase(input, { config: options.config, signal: options.signal });
  return writeOpenBase(outputPath, base, options);
}
