import { AssetError, ShapeError } from '../../core/errors.js';
import { formatDims, type Tensor } from '../../core/tensor.js';

type Tensors = ReadonlyMap<string, Tensor>;

/** How a layer's low-rank factors make its weight change; see `checkPersonTensors` for the shapes. */
export type LoraConvention = 'my3dgen' | 'standard';

/** What of a person the base's tensors decide. */
export interface PersonTensors {
  readonly convention: LoraConvention;
  readonly rank?: number;
  readonly tensors: Tensors;
}

/**
 * Checks that factors come in pairs that can be multiplied and, where the base is given, that they and the
 * replacements fit its tensors. A layer with weight [O, I, K, K] and rank r has
 *
 * - `standard`: A [r, I K K], B [O, r]
 * - `my3dgen`: A [r K, I K K], B [O, r K]
 * - its affine [I, w], in both: A [r, w], B [I, r]
 * - its learned map noise_const [O, H, W], in both: A [r, H W], B [O, r]
 */
export function checkPersonTensors({ convention, rank, tensors }: PersonTensors, base?: Tensors): void {
  const layers = new Set<string>();
  for (const name of tensors.keys()) {
    const layer = /^(.+)\.lora_[AB]$/.exec(name)?.[1];
    if (layer !== undefined) layers.add(layer);
    if (base && name.startsWith('set.')) checkReplacement(name, tensors.get(name)!, base);
  }
  for (const layer of layers) checkPair(layer, tensors, convention, rank, base);
  if (base) checkLatents(tensors, base);
}

function checkPair(
  layer: string,
  tensors: Tensors,
  convention: LoraConvention,
  rank: number | undefined,
  base: Tensors | undefined,
): void {
  const a = factor(tensors, `${layer}.lora_A`);
  const b = factor(tensors, `${layer}.lora_B`);
  expectSize(`${layer}.lora_B`, b, 1, a.dims[0]!, 'columns, the rows of its lora_A');
  if (!base) return;
  const source = layer.endsWith('.noise_const') ? layer : `${layer}.weight`;
  const weight = baseTensor(base, source, `${layer}.lora_A`).dims;
  if (source === layer && weight.length !== 3) {
    throw shape(`${layer}.lora_A`, 'a base with a learned map [O, H, W]', formatDims(weight));
  }
  const [outputs, ...inputs] = weight;
  const kernel = convention === 'my3dgen' ? (weight[3] ?? 1) : 1;
  expectSize(
    `${layer}.lora_A`,
    a,
    1,
    inputs.reduce((product, size) => product * size, 1),
    `columns, the inputs of ${source}`,
  );
  expectSize(`${layer}.lora_B`, b, 0, outputs!, `rows, the outputs of ${source}`);
  if (rank !== undefined) expectSize(`${layer}.lora_A`, a, 0, rank * kernel, `rows for rank ${rank}`);
}

function checkReplacement(name: string, value: Tensor, base: Tensors): void {
  const { dims } = baseTensor(base, name.slice('set.'.length), name);
  if (formatDims(dims) !== formatDims(value.dims)) {
    throw shape(name, formatDims(dims), formatDims(value.dims));
  }
}

function checkLatents(tensors: Tensors, base: Tensors): void {
  const w = baseTensor(base, 'backbone.mapping.w_avg', 'neutral').dims[0]!;
  const neutral = tensors.get('neutral');
  if (neutral) expectSize('neutral', neutral, 0, w, 'values, the width of w');
  const anchors = tensors.get('anchors');
  if (anchors) expectSize('anchors', anchors, 2, w, 'values each, the width of w');
}

function factor(tensors: Tensors, name: string): Tensor {
  const found = tensors.get(name);
  if (!found) throw new AssetError('asset/person', `${name}: expected a tensor, got none. The file is damaged.`);
  if (found.dims.length !== 2) throw shape(name, 'two sizes', formatDims(found.dims));
  return found;
}

function baseTensor(base: Tensors, name: string, forName: string): Tensor {
  const found = base.get(name);
  if (found) return found;
  throw new AssetError('asset/person', `${forName}: expected a base with ${name}, got one without. Load its own base.`);
}

function expectSize(name: string, value: Tensor, axis: number, size: number, what: string): void {
  if (value.dims[axis] !== size) throw shape(name, `${size} ${what}`, formatDims(value.dims));
}

function shape(name: string, expected: string, got: string): ShapeError {
  return new ShapeError('shape/person', `${name}: expected ${expected}, got ${got}. The file does not fit its base.`);
}
