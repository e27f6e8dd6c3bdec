import type { Base, LoraConvention, PersonFile } from '../../runtime/checkpoint/index.js';
import { sizeOf, type Tensor } from '../../runtime/core/tensor.js';
import { personParts } from '../../runtime/network/personLayout.js';
import { hashTensor } from './hashWeights.js';

/** The base with a learned map [O, H, W] in every layer of its backbone that has a map. */
export function withChannelMaps(base: Base): Base {
  const maps = [...base.tensors]
    .filter(([name]) => /^backbone\..*\.noise_const$/.test(name))
    .map(([name, { dims }]): [string, Tensor] => {
      const channels = base.tensors.get(name.replace('noise_const', 'bias'))!.dims[0]!;
      return [name, hashTensor(`maps.${name}`, [channels, ...dims], 0, 1)];
    });
  return { ...base, tensors: new Map([...base.tensors, ...maps]) };
}

/** Hashed factors of every learned map, and none else. */
export function mapPerson(base: Base, rank: number, alpha: number, convention: LoraConvention): PersonFile {
  const parts = personParts(base, { rank, convention, maps: true, replacements: false });
  const maps = parts.filter(({ name }) => name.includes('.noise_const.'));
  const tensors = new Map(maps.map(({ name, dims }) => [name, hashTensor(`lora.${name}`, dims, 0, 0.5)]));
  return { baseHash: base.hash, convention, alpha, rank, tensors, metadata: new Map() };
}

/** The base whose maps hold noise_const + (alpha / rank) B A, by plain loops. */
export function mergedMaps(base: Base, { tensors, alpha, rank }: PersonFile): Base {
  const merged = [...base.tensors].map(([name, map]): [string, Tensor] => {
    const [a, b] = [tensors.get(`${name}.lora_A`), tensors.get(`${name}.lora_B`)];
    if (!a || !b) return [name, map];
    const pixels = sizeOf(map.dims.slice(1));
    const data = map.data.map((value, i) => {
      const [channel, pixel] = [Math.floor(i / pixels), i % pixels];
      let delta = 0;
      for (let r = 0; r < rank!; r++) delta += b.data[channel * rank! + r]! * a.data[r * pixels + pixel]!;
      return value + (alpha / rank!) * delta;
    });
    return [name, { dims: map.dims, data }];
  });
  return { ...base, tensors: new Map(merged) };
}
