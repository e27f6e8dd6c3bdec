import type { Base } from '../checkpoint/base/base.js';
import { AssetError } from '../core/errors.js';
import { formatDims, type Tensor } from '../core/tensor.js';
import { expectGiven } from '../core/given.js';

/** One modulated layer, its sizes read from its tensors. */
export interface LayerLayout {
  /** Checkpoint name, e.g. `backbone.synthesis.b8.conv0`. */
  readonly name: string;
  readonly kind: 'conv' | 'toRgb';
  readonly inChannels: number;
  readonly outChannels: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  /** Does it double the resolution? */
  readonly up: boolean;
  /** Row of `ws` that styles it. */
  readonly wIndex: number;
}

/** conv0 (absent in the first block, which starts from a constant), conv1, toRgb. */
export interface BlockLayout {
  readonly name: string;
  readonly conv0: LayerLayout | null;
  readonly conv1: LayerLayout;
  readonly toRgb: LayerLayout;
  /** Does conv0, and with it the skip image, double the resolution? */
  readonly up: boolean;
}

/** A generator's sizes. None of them is a constant of this package. */
export interface NetworkLayout {
  readonly zDim: number;
  /** 25 for a conditioning camera, 0 where the mapping network has none. */
  readonly cDim: number;
  readonly wDim: number;
  readonly numWs: number;
  readonly mappingLayers: number;
  readonly planeChannels: number;
  readonly planeResolution: number;
  /** Channels that the renderer makes: the decoder's outputs without the density. */
  readonly featureChannels: number;
  readonly backbone: readonly BlockLayout[];
  readonly superresolution: readonly BlockLayout[];
}

/** A tensor that must be there. */
export function requireTensor(base: Base, name: string): Tensor {
  const found = base.tensors.get(name);
  if (!found) throw new AssetError('base/missing', `base: the tensor ${name} is missing. Import the checkpoint again.`);
  return found;
}

const synthesis = 'backbone.synthesis';

function layer(base: Base, name: string, kind: LayerLayout['kind'], up: boolean, wIndex: number): LayerLayout {
  const { dims } = requireTensor(base, `${name}.weight`);
  const [outChannels, inChannels, kernel] = dims;
  if (dims.length !== 4 || !outChannels || !inChannels || !kernel || kernel !== dims[3]) {
    throw new AssetError('base/shape', `${name}.weight: expected [out, in, k, k], got ${formatDims(dims)}.`);
  }
  return { name, kind, inChannels, outChannels, kernel, up, wIndex };
}

function backboneBlocks(base: Base): BlockLayout[] {
  const blocks: BlockLayout[] = [];
  let next = 0;
  for (let resolution = 4; base.tensors.has(`${synthesis}.b${resolution}.torgb.weight`); resolution *= 2) {
    const name = `${synthesis}.b${resolution}`;
    const first = resolution === 4;
    const conv0 = first ? null : layer(base, `${name}.conv0`, 'conv', true, next++);
    const conv1 = layer(base, `${name}.conv1`, 'conv', false, next++);
    // A block's toRgb shares its w with the next block's conv0, so `next` stays.
    blocks.push({ name, conv0, conv1, toRgb: layer(base, `${name}.torgb`, 'toRgb', false, next), up: !first });
  }
  return blocks;
}

function superresolutionBlocks(base: Base, wIndex: number): BlockLayout[] {
  return (base.config.superresolution?.upsample ?? []).map((up, i) => {
    const name = `superresolution.block${i}`;
    return {
      name,
      conv0: layer(base, `${name}.conv0`, 'conv', up, wIndex),
      conv1: layer(base, `${name}.conv1`, 'conv', false, wIndex),
      toRgb: layer(base, `${name}.torgb`, 'toRgb', false, wIndex),
      up,
    };
  });
}

/** Reads a generator's sizes from its tensors. */
export function networkLayout(base: Base): NetworkLayout {
  expectGiven('networkLayout', 'base', base);
  const backbone = backboneBlocks(base);
  const last = backbone.at(-1);
  if (!last)
    throw new AssetError('base/missing', `base: ${synthesis}.b4.torgb.weight is missing. This is no EG3D base.`);
  let mappingLayers = 0;
  while (base.tensors.has(`backbone.mapping.fc${mappingLayers}.weight`)) mappingLayers++;
  const embed = base.tensors.get('backbone.mapping.embed.weight');
  const fc0 = requireTensor(base, 'backbone.mapping.fc0.weight').dims;
  const wDim = requireTensor(base, `${last.name}.torgb.affine.weight`).dims[1]!;
  const numWs = last.toRgb.wIndex + 1;
  return {
    zDim: fc0[1]! - (embed ? embed.dims[0]! : 0),
    cDim: embed ? embed.dims[1]! : 0,
    wDim,
    numWs,
    mappingLayers,
    planeChannels: last.toRgb.outChannels / 3,
    planeResolution: 4 * 2 ** (backbone.length - 1),
    featureChannels: requireTensor(base, 'decoder.net.2.weight').dims[0]! - 1,
    backbone,
    superresolution: superresolutionBlocks(base, numWs - 1),
  };
}

/** Every modulated layer, in order: the places where LoRA factors go. */
export function modulatedLayers(layout: NetworkLayout): LayerLayout[] {
  return [...layout.backbone, ...layout.superresolution].flatMap((block) => [
    ...(block.conv0 ? [block.conv0] : []),
    block.conv1,
    block.toRgb,
  ]);
}
