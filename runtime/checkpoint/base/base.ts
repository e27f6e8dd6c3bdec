import type { Tensor } from '../../core/tensor.js';
import type { GeneratorConfig } from '../config/config.js';

/** A frozen generator: EG3D's tensors under EG3D's `state_dict` names, and its configuration. */
export interface Base {
  readonly config: GeneratorConfig;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Hex SHA-256 of names, sizes and float32 values (see baseHash); a person file names its base by it. */
  readonly hash: string;
}
