import type { PersonFile } from '../checkpoint/person/person.js';
import { AssetError, ShapeError } from '../core/errors.js';
import { formatDims, type Tensor } from '../core/tensor.js';
import { factorName, mapLayer } from './lora.js';
import { modulatedLayers, type LayerLayout, type NetworkLayout } from './layout.js';
import type { Adaptation, LoraRows } from './parameters.js';

/** Replacements of base tensors are stored under this prefix. */
const replacement = 'set.';

const rowsOf = (person: Pick<PersonFile, 'tensors'>, name: string): number =>
  person.tensors.get(factorName(name, 'A'))?.dims[0] ?? 0;

/** What a graph must take as inputs so that this person can be fed. */
export function personAdaptation(person: Pick<PersonFile, 'tensors'>): Adaptation {
  return {
    lora: (layer): LoraRows => ({
      weight: rowsOf(person, layer.name),
      affine: rowsOf(person, `${layer.name}.affine`),
      map: rowsOf(person, mapLayer(layer.name)),
    }),
    isInput: (tensorName) => person.tensors.has(replacement + tensorName),
  };
}

/** What the graph of this person depends on; the same text, the same graph. */
export function personShape(person: Pick<PersonFile, 'tensors'>): string {
  return [...person.tensors]
    .filter(([name]) => name.endsWith('.lora_A') || name.startsWith(replacement))
    .map(([name, { dims }]) => `${name} ${dims[0] ?? ''}`)
    .sort()
    .join(';');
}

/** Where a pair of factors stands. */
interface Place {
  readonly name: string;
  /** Columns of A; null where only the graph knows them, which then checks what it is fed. */
  readonly inputs: number | null;
  /** Rows of B. */
  readonly outputs: number;
  /** Rows of A that make one rank. */
  readonly rowsPerRank: number;
  /** What the layer itself multiplies its weight by. */
  readonly gain: number;
}

/**
 * A layer's places: its convolution, its affine, its learned map. My3DGen's own code counts K rows a rank and leaves out
 * the affine's gain 1 / sqrt(in). Source: facts my3dgen.md 1.3, eg3d.md 7 and 8.
 */
function placesOf({ convention }: PersonFile, layer: LayerLayout, wDim: number): Place[] {
  const { name, kind, inChannels, outChannels, kernel } = layer;
  const authors = convention === 'my3dgen';
  const inputs = inChannels * kernel ** 2;
  const map: Place = { name: mapLayer(name), inputs: null, outputs: outChannels, rowsPerRank: 1, gain: 1 };
  return [
    { name, inputs, outputs: outChannels, rowsPerRank: authors ? kernel : 1, gain: 1 },
    {
      name: `${name}.affine`,
      inputs: wDim,
      outputs: inChannels,
      rowsPerRank: 1,
      gain: authors ? 1 : 1 / Math.sqrt(wDim),
    },
    ...(kind === 'conv' ? [map] : []),
  ];
}

/** The factors of one place, B with alpha / rank and the gain in it, so that the graph needs no convention. */
function factors(person: PersonFile, { name, inputs, outputs, rowsPerRank, gain }: Place): [string, Tensor][] {
  const a = person.tensors.get(factorName(name, 'A'));
  const b = person.tensors.get(factorName(name, 'B'));
  if (!a && !b) return [];
  const [rows, columns] = a?.dims ?? [];
  const fits = (inputs === null || columns === inputs) && b?.dims[0] === outputs && b.dims[1] === rows;
  if (!a || !b || !rows || !fits) {
    throw new ShapeError(
      'person/factors',
      `person: ${name}: expected A [r, ${inputs ?? 'H W'}] and B [${outputs}, r], ` +
        `got ${a ? formatDims(a.dims) : 'none'} and ${b ? formatDims(b.dims) : 'none'}.`,
    );
  }
  const scale = (person.alpha * rowsPerRank * gain) / rows;
  return [
    [factorName(name, 'A'), a],
    [factorName(name, 'B'), { dims: b.dims, data: b.data.map((value) => value * scale) }],
  ];
}

/** Every input that a graph built with `personAdaptation` needs beside `ws` and `features`, by name. */
export function personFeeds(person: PersonFile, layout: NetworkLayout): Map<string, Tensor> {
  const feeds = new Map(
    modulatedLayers(layout)
      .flatMap((layer) => placesOf(person, layer, layout.wDim))
      .flatMap((place) => factors(person, place)),
  );
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
