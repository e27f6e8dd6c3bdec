import type { Base, LoraConvention, PersonFile } from '../../runtime/checkpoint/index.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { modulatedLayers, networkLayout } from '../../runtime/network/layout.js';
import { hashTensor } from './hashWeights.js';

export interface Factors {
  readonly convention: LoraConvention;
  readonly rank: number;
  readonly alpha: number;
}

/** The persons of the goldens, by the goldens' names. */
export const goldenPersons: Readonly<Record<string, Factors>> = {
  my3dgen_r1: { convention: 'my3dgen', rank: 1, alpha: 1 },
  my3dgen_r2_a3: { convention: 'my3dgen', rank: 2, alpha: 3 },
  standard_r4: { convention: 'standard', rank: 4, alpha: 4 },
};

const factorSpread = 0.05;

/** Hashed factors for every layer of the backbone and the super-resolution. */
export function hashedPerson(base: Base, { convention, rank, alpha }: Factors): PersonFile {
  const layout = networkLayout(base);
  const tensors = new Map<string, Tensor>();
  const add = (name: string, rows: number, inputs: number, outputs: number): void => {
    tensors.set(`${name}.lora_A`, hashTensor(`lora.${name}.lora_A`, [rows, inputs], 0, factorSpread));
    tensors.set(`${name}.lora_B`, hashTensor(`lora.${name}.lora_B`, [outputs, rows], 0, factorSpread));
  };
  for (const { name, inChannels, outChannels, kernel } of modulatedLayers(layout)) {
    const rows = convention === 'my3dgen' ? rank * kernel : rank;
    add(name, rows, inChannels * kernel ** 2, outChannels);
    add(`${name}.affine`, rank, layout.wDim, inChannels);
  }
  return { baseHash: base.hash, convention, alpha, rank, tensors, metadata: new Map() };
}

/** The person with other tensors, each made from its old one. */
export function withTensors(
  person: PersonFile,
  change: (name: string, tensor: Tensor) => Tensor,
  changes: Partial<PersonFile> = {},
): PersonFile {
  const tensors = new Map([...person.tensors].map(([name, tensor]) => [name, change(name, tensor)]));
  return { ...person, ...changes, tensors };
}
