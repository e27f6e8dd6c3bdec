import { AssetError, ShapeError } from '../../core/errors.js';
import { formatDims } from '../../core/tensor.js';

export type DimsByName = ReadonlyMap<string, readonly number[]>;

/** The sizes of a tensor that must be there. @throws AssetError if it is not */
export function dimsOf(tensors: DimsByName, name: string): readonly number[] {
  const dims = tensors.get(name);
  if (!dims) throw new AssetError('asset/missing', `${name}: expected a tensor, got none. The checkpoint lacks it.`);
  return dims;
}

/** Checks sizes; null stands for any size of at least 1. Returns them. */
export function expectSizes(
  tensors: DimsByName,
  name: string,
  expected: readonly (number | null)[],
  why = '',
): readonly number[] {
  const dims = dimsOf(tensors, name);
  const fits =
    dims.length === expected.length &&
    dims.every((size, i) => (expected[i] === null ? size >= 1 : size === expected[i]));
  if (fits) return dims;
  const wanted = expected.map((size) => size ?? '*').join(', ');
  throw new ShapeError(
    'shape/weights',
    `${name}: expected [${wanted}]${why && ` (${why})`}, got ${formatDims(dims)}. ` +
      'The tensors of this checkpoint do not fit together.',
  );
}

/** A fully connected layer; returns the number of outputs. */
export function validateLinear(tensors: DimsByName, name: string, inputs: number | null, why = ''): number {
  const [outputs] = expectSizes(tensors, `${name}.weight`, [null, inputs], why);
  expectSizes(tensors, `${name}.bias`, [outputs!]);
  return outputs!;
}

export interface LayerSizes {
  readonly inputs: number;
  /** null: any. */
  readonly outputs: number | null;
  readonly kernel: number;
  /** Components of w. */
  readonly w: number;
}

/** A modulated convolution with its affine; returns the number of output channels. */
export function validateConvolution(tensors: DimsByName, name: string, sizes: LayerSizes): number {
  const { inputs, outputs, kernel, w } = sizes;
  const [found] = expectSizes(tensors, `${name}.weight`, [outputs, inputs, kernel, kernel], 'out, in, k, k');
  expectSizes(tensors, `${name}.bias`, [found!]);
  expectSizes(tensors, `${name}.affine.weight`, [inputs, w], 'in, w');
  expectSizes(tensors, `${name}.affine.bias`, [inputs]);
  return found!;
}

/** A 3x3 layer with noise of one map, or one map a channel; returns the number of output channels. */
export function validateSynthesisLayer(
  tensors: DimsByName,
  name: string,
  sizes: Omit<LayerSizes, 'kernel'>,
  resolution: number,
): number {
  const outputs = validateConvolution(tensors, name, { ...sizes, kernel: 3 });
  expectSizes(tensors, `${name}.noise_strength`, []);
  const perChannel = dimsOf(tensors, `${name}.noise_const`).length === 3;
  const map = [resolution, resolution];
  expectSizes(tensors, `${name}.noise_const`, perChannel ? [outputs, ...map] : map);
  return outputs;
}
