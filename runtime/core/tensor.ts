import { ShapeError } from './errors.js';

/** A dense row-major float32 array with its sizes. `dims: []` is a scalar with one value. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Number of values in a tensor of these sizes; 1 for a scalar. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/**
 * Wraps `data` without copying.
 * @throws ShapeError if the number of values is not the product of `dims`
 */
export function tensor(data: Float32Array, dims: readonly number[], where = 'tensor'): Tensor {
  if (data.length !== sizeOf(dims)) {
    throw new ShapeError(
      'shape/size',
      `${where}: [${dims.join(', ')}] holds ${sizeOf(dims)} values, got ${data.length}. Pass sizes that match the data.`,
    );
  }
  return { dims, data };
}

/** Sizes as they are written in messages: `[3, 32, 256, 256]`. */
export function formatDims(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}

/** Expected sizes may hold `null` where any size will do. */
export function expectDims(actual: Tensor, expected: readonly (number | null)[], where: string): void {
  const fits =
    actual.dims.length === expected.length && expected.every((size, i) => size === null || size === actual.dims[i]);
  if (!fits) {
    const wanted = expected.map((size) => size ?? '*').join(', ');
    throw new ShapeError('shape/dims', `${where}: expected [${wanted}], got ${formatDims(actual.dims)}.`);
  }
}
