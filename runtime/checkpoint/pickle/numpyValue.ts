import { decodeElements, isDims, itemSize, type Dtype, type ExactArray } from '../dtype.js';
import { pickleError } from './pickleError.js';

const dtypes: ReadonlyMap<string, Dtype> = new Map([
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['b1', 'bool'],
  ['u1', 'uint8'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
]);

/** numpy.dtype: a code such as `f8`, then, by BUILD, its byte order. */
export class NumpyDtype {
  bigEndian = false;

  constructor(readonly code: string) {}

  build(state: unknown): void {
    this.bigEndian = Array.isArray(state) && state[1] === '>';
  }
}

/** numpy.ndarray, filled by BUILD with (version, shape, dtype, is Fortran order, bytes). */
export class NumpyArray {
  dims: readonly number[] = [];
  /** Row-major. Empty until it is built, or if the array is too long to be an attribute we read. */
  values: ExactArray = new Float32Array(0);

  build(state: unknown, offset: number): void {
    if (!Array.isArray(state) || state.length < 5) throw pickleError(offset, "an array's state", 'something else');
    const [, dims, dtype, fortran, bytes] = state as unknown[];
    this.fill(dims, dtype, fortran === true, bytes, offset);
  }

  fill(dims: unknown, dtype: unknown, fortran: boolean, bytes: unknown, offset: number): void {
    if (!isDims(dims)) throw pickleError(offset, 'array sizes', 'something else');
    this.dims = dims;
    // A long array was skipped by the reader; none of ours is.
    if (!(bytes instanceof Uint8Array)) return;
    const values = decodeNumpy(dtype, bytes, offset);
    const count = dims.reduce((product, size) => product * size, 1);
    if (values.length !== count) throw pickleError(offset, `${count} array values`, `${values.length}`);
    this.values = fortran ? toRowMajor(values, dims) : values;
  }
}

/** A numpy scalar as a number, boolean or, beyond 2^53, bigint. */
export function numpyScalar(dtype: unknown, bytes: unknown, offset: number): unknown {
  if (!(bytes instanceof Uint8Array)) throw pickleError(offset, 'the bytes of a number', 'something else');
  const values = decodeNumpy(dtype, bytes, offset);
  const value = values[0];
  if (values.length !== 1 || value === undefined) throw pickleError(offset, 'one number', `${values.length}`);
  if (dtype instanceof NumpyDtype && dtype.code === 'b1') return value !== 0;
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function decodeNumpy(dtype: unknown, bytes: Uint8Array, offset: number): ExactArray {
  const type = dtype instanceof NumpyDtype ? dtypes.get(dtype.code) : undefined;
  if (!(dtype instanceof NumpyDtype) || type === undefined) {
    throw pickleError(offset, 'a numeric array type', dtype instanceof NumpyDtype ? `'${dtype.code}'` : 'none');
  }
  const size = itemSize(type);
  if (bytes.length % size !== 0) throw pickleError(offset, `elements of ${size} bytes`, `${bytes.length} bytes`);
  const copy = new Uint8Array(bytes.length);
  if (dtype.bigEndian) {
    for (let i = 0; i < bytes.length; i++) copy[i] = bytes[i - (i % size) + (size - 1 - (i % size))]!;
  } else {
    copy.set(bytes);
  }
  return decodeElements(copy, type);
}

function toRowMajor(values: ExactArray, dims: readonly number[]): ExactArray {
  const out = values.slice();
  const index = dims.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    let at = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) at = at * dims[axis]! + index[axis]!;
    out[i] = values[at]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < dims[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}
