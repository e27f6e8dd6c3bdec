import type { Tensor } from '../core/tensor.js';
import type { GeneratorConfig } from './config/config.js';

/** A tensor whose sizes are known and whose values are still in the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dims: readonly number[];
  /** The values, float32. @throws AssetError if they cannot be read as floating-point numbers */
  read(): Promise<Tensor>;
}

/** A base whose header has been read and checked, and whose weights are still in the file. */
export interface OpenBase {
  readonly config: GeneratorConfig;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** What the file states; null where it states none. */
  readonly hash: string | null;
}

/** Names of a generator's weights; whatever else a file holds is left out. */
export function isBaseTensor(name: string): boolean {
  return /^(backbone|decoder|superresolution)\./.test(name);
}
