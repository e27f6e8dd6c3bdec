import { baseHash, type Base } from '../../runtime/checkpoint/index.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { hashTensor } from './hashWeights.js';
import { tinyBase } from './tinyBase.js';

const learned = /^backbone\.synthesis\.b(?:8|16|32)\.conv[01]\.noise_const$/;

/** The golden network with a learned map [O, H, W] in all blocks but the first, as the embedded base has them. */
export async function learnedMapBase(): Promise<Base> {
  const base = await tinyBase();
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of base.tensors) {
    const channels = base.tensors.get(name.replace('noise_const', 'bias'))?.dims[0] ?? 0;
    tensors.set(name, learned.test(name) ? hashTensor(`maps.${name}`, [channels, ...tensor.dims], 0, 1) : tensor);
  }
  return { ...base, tensors, hash: await baseHash(tensors) };
}

const [wDim, wide, narrow, planes] = [3, 4, 5, 2] as const;

/** Two blocks of odd widths, small enough for the float64 interpreter; maps [O, H, W] in the second. */
export function interpretableBase(config: Base['config']): Base {
  const tensors = new Map<string, Tensor>();
  const add = (name: string, dims: readonly number[], mean = 0, std = 1): void =>
    void tensors.set(name, hashTensor(`interpretable.${name}`, dims, mean, std));
  const layer = (
    name: string,
    inputs: number,
    outputs: number,
    kernel: number,
    map: readonly number[] | null,
  ): void => {
    add(`${name}.weight`, [outputs, inputs, kernel, kernel]);
    add(`${name}.bias`, [outputs], 0, 0.3);
    add(`${name}.affine.weight`, [inputs, wDim]);
    add(`${name}.affine.bias`, [inputs], 1, 0.2);
    if (!map) return;
    add(`${name}.noise_const`, map);
    add(`${name}.noise_strength`, [], 0.7, 0.1);
  };
  add('backbone.mapping.fc0.weight', [wDim, wDim]);
  add('backbone.mapping.w_avg', [wDim]);
  add('backbone.synthesis.b4.const', [wide, 4, 4]);
  layer('backbone.synthesis.b4.conv1', wide, wide, 3, [4, 4]);
  layer('backbone.synthesis.b4.torgb', wide, 3 * planes, 1, null);
  layer('backbone.synthesis.b8.conv0', wide, narrow, 3, [narrow, 8, 8]);
  layer('backbone.synthesis.b8.conv1', narrow, narrow, 3, [narrow, 8, 8]);
  layer('backbone.synthesis.b8.torgb', narrow, 3 * planes, 1, null);
  add('decoder.net.2.weight', [4, 3]);
  return { config: { ...config, superresolution: null }, tensors, hash: '0'.repeat(64) };
}
