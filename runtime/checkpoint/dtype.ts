import { decodeBfloat16, decodeHalf } from '../core/half.js';

/** Element types of the files read here, under torch's names. */
export type Dtype =
  'float16' | 'bfloat16' | 'float32' | 'float64' | 'bool' | 'uint8' | 'int8' | 'int16' | 'int32' | 'int64';

/** Holds every value of a dtype exactly: halves become float32, booleans 0 and 1, int64 bigint. */
export type ExactArray = Float32Array | Float64Array | Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array;

const sizes: Readonly<Record<Dtype, number>> = {
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
};

/** Bytes of one element. */
export function itemSize(dtype: Dtype): number {
  return sizes[dtype];
}

export function isFloating(dtype: Dtype): boolean {
  return dtype.includes('float');
}

/** Little-endian elements to a typed array. The result may share the memory of `bytes`, which must start its buffer. */
export function decodeElements(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype): ExactArray {
  const count = bytes.length / sizes[dtype];
  const { buffer } = bytes;
  switch (dtype) {
    case 'float16':
      return decodeHalf(new Uint16Array(buffer, 0, count));
    case 'bfloat16':
      return decodeBfloat16(new Uint16Array(buffer, 0, count));
    case 'float32':
      return new Float32Array(buffer, 0, count);
    case 'float64':
      return new Float64Array(buffer, 0, count);
    case 'bool':
      return bytes.map((value) => (value === 0 ? 0 : 1));
    case 'uint8':
      return bytes;
    case 'int8':
      return new Int8Array(buffer, 0, count);
    case 'int16':
      return new Int16Array(buffer, 0, count);
    case 'int32':
      return new Int32Array(buffer, 0, count);
    case 'int64':
      return new BigInt64Array(buffer, 0, count);
  }
}

/** The values as float32; the array itself where it already is. */
export function toFloat32(values: ExactArray): Float32Array {
  if (values instanceof Float32Array) return values;
  return values instanceof BigInt64Array ? Float32Array.from(values, Number) : Float32Array.from(values);
}

/** Array sizes as torch and numpy write them: whole, not negative, of a sane number. */
export function isDims(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length <= 32 && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)
  );
}
