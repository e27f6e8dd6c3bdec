import type { Base } from '../checkpoint/base/base.js';
import type { LoraConvention } from '../checkpoint/person/personTensors.js';
import { ShapeError } from '../core/errors.js';
import { sizeOf } from '../core/tensor.js';
import { modulatedLayers, networkLayout, type LayerLayout } from './layout.js';
import { factorName, mapLayer } from './lora.js';

/** One tensor of a person. */
export interface PersonPart {
  /** Name in a person file. */
  readonly name: string;
  readonly dims: readonly number[];
  readonly role: 'factorA' | 'factorB' | 'replacement';
}

/** Which tensors a person has. */
export interface PersonLayoutOptions {
  /** 0: no factors. */
  readonly rank: number;
  readonly convention: LoraConvention;
  /** Factors of learned maps [O, H, W], where the base has such. */
  readonly maps: boolean;
  /** Biases, noise strengths and the constant input, whole. */
  readonly replacements: boolean;
}

/**
 * Every tensor of a person of that kind, backbone and super-resolution; mapping network and decoder stay the base's.
 * At the published size, `my3dgen` of rank 1 with replacements has 243,965 numbers, the paper's 240 K.
 * Only the sizes of the base's tensors are read. Source: My3DGen (Qi 2023), counted from its code; facts my3dgen.md 1.3, 1.4.
 * @throws ShapeError for a rank that is no whole number
 */
export function personParts(base: Base, options: PersonLayoutOptions): PersonPart[] {
  if (!Number.isInteger(options.rank) || options.rank < 0) {
    throw new ShapeError('person/rank', `personParts: expected a whole rank of at least 0, got ${options.rank}.`);
  }
  const layout = networkLayout(base);
  const factors =
    options.rank > 0 ? modulatedLayers(layout).flatMap((l) => layerParts(base, l, layout.wDim, options)) : [];
  if (!options.replacements) return factors;
  const replaced = [...base.tensors]
    .filter(([name]) =>
      /^(backbone\.synthesis|superresolution)\..*(bias|noise_strength)$|^backbone\.synthesis\.b4\.const$/.test(name),
    )
    .map(([name, { dims }]): PersonPart => ({ name: `set.${name}`, dims, role: 'replacement' }));
  return [...factors, ...replaced];
}

/** Numbers in all of them. */
export function countNumbers(parts: readonly PersonPart[]): number {
  return parts.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
}

function pair(name: string, rows: number, inputs: number, outputs: number): PersonPart[] {
  return [
    { name: factorName(name, 'A'), dims: [rows, inputs], role: 'factorA' },
    { name: factorName(name, 'B'), dims: [outputs, rows], role: 'factorB' },
  ];
}

function layerParts(base: Base, layer: LayerLayout, wDim: number, options: PersonLayoutOptions): PersonPart[] {
  const { rank, convention, maps } = options;
  const { name, inChannels, outChannels, kernel } = layer;
  const rows = convention === 'my3dgen' ? rank * kernel : rank;
  const map = maps ? (base.tensors.get(mapLayer(name))?.dims ?? []) : [];
  return [
    ...pair(name, rows, inChannels * kernel ** 2, outChannels),
    ...pair(`${name}.affine`, rank, wDim, inChannels),
    ...(map.length === 3 ? pair(mapLayer(name), rank, map[1]! * map[2]!, map[0]!) : []),
  ];
}
