import type { PersonFile } from '../checkpoint/person.js';
import { AssetError, ShapeError } from '../core/errors.js';
import { formatDims, type Tensor } from '../core/tensor.js';
import { factorName } from './lora.js';
import { modulatedLayers, type LayerLayout, type NetworkLayout } from './layout.js';
import type { Adaptation, LoraRows } from './parameters.js';

/** Replacements of base tensors are stored under this prefix. */
const replacement = 'set.';

const rowsOf = (person: PersonFile, name: string): number => person.tensors.get(factorName(name, 'A'))?.dims[0] ?? 0;

/** What a graph must take as inputs so that this person can be fed. */
export function personAdaptation(person: PersonFile): Adaptation {
  return {
    lora: (layer): LoraRows => ({ weight: rowsOf(person, layer.name), affine: rowsOf(person, `${layer.name}.affine`) }),
    isInput: (tensorName) => person.tensors.has(replacement + tensorName),
  };
}

/**
 * Factor on B that makes it convention-free: alpha / rank, and for a standard affine factor the layer's gain 1 / sqrt(in),
 * which My3DGen's own code leaves out. Source: facts my3dgen.md 1.3, eg3d.md 7 and 8.
 */
function factorScale(person: PersonFile, rows: number, kernel: number, affineInputs: number | null): number {
  const rank = person.convention === 'my3dgen' && affineInputs === null ? rows / kernel : rows;
  const gain = person.convention === 'standard' && affineInputs !== null ? 1 / Math.sqrt(affineInputs) : 1;
  return (person.alpha / rank) * gain;
}

function factors(
  person: PersonFile,
  name: string,
  sizes: { inputs: number; outputs: number },
  kernel: number,
  isAffine: boolean,
): [string, Tensor][] {
  const a = person.tensors.get(factorName(name, 'A'));
  const b = person.tensors.get(factorName(name, 'B'));
  if (!a && !b) return [];
  const rows = a?.dims[0] ?? 0;
  if (!a || !b || a.dims[1] !== sizes.inputs || b.dims[0] !== sizes.outputs || b.dims[1] !== rows) {
    throw new ShapeError(
      'person/factors',
      `person: ${name}: expected A [r, ${sizes.inputs}] and B [${sizes.outputs}, r], ` +
        `got ${a ? formatDims(a.dims) : 'none'} and ${b ? formatDims(b.dims) : 'none'}.`,
    );
  }
  const scale = factorScale(person, rows, kernel, isAffine ? sizes.inputs : null);
  return [
    [factorName(name, 'A'), a],
    [factorName(name, 'B'), { dims: b.dims, data: b.data.map((value) => value * scale) }],
  ];
}

function layerFeeds(person: PersonFile, layer: LayerLayout, wDim: number): [string, Tensor][] {
  const columns = layer.inChannels * layer.kernel ** 2;
  return [
    ...factors(person, layer.name, { inputs: columns, outputs: layer.outChannels }, layer.kernel, false),
    ...factors(person, `${layer.name}.affine`, { inputs: wDim, outputs: layer.inChannels }, 1, true),
  ];
}

/** Every input that a graph built with `personAdaptation` needs beside `ws` and `features`, by name. */
export function personFeeds(person: PersonFile, layout: NetworkLayout): Map<string, Tensor> {
  const feeds = new Map(modulatedLayers(layout).flatMap((layer) => layerFeeds(person, layer, layout.wDim)));
  for (const [name, value] of person.tensors) {
    if (name.startsWith(replacement)) feeds.set(name.slice(replacement.length), value);
  }
  const unused = [...person.tensors.keys()].find((name) => name.includes('.lora_') && !feeds.has(name));
  if (unused !== undefined) {
    throw new AssetError(
      'person/layer',
      `person: ${unused} belongs to no layer of this base. Was it made with another one?`,
    );
  }
  return feeds;
}
