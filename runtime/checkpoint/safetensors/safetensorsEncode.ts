import { NumericError } from '../../core/errors.js';
import { encodeHalf, maxHalf } from '../../core/half.js';
import { sizeOf, type Tensor } from '../../core/tensor.js';

export type StoredDtype = 'F32' | 'F16';

/** Whole numbers, under the file's names. */
export type IntegerDtype = 'U8' | 'I8' | 'I32';

const bytesOf: Readonly<Record<StoredDtype | IntegerDtype, number>> = { F32: 4, F16: 2, U8: 1, I8: 1, I32: 4 };

export interface SafetensorsPlan {
  /** Length field and JSON, padded with spaces to a multiple of 8 bytes. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** Byte in the file where each tensor's values go; names sorted, no gaps. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Where everything goes in a file of these tensors. Metadata of the same length gives a header of the same length.
 * @param dtype of the tensors that name none of their own
 */
export function planSafetensors(
  tensors: Iterable<{
    readonly name: string;
    readonly dims: readonly number[];
    readonly dtype?: StoredDtype | IntegerDtype;
  }>,
  dtype: StoredDtype,
  metadata: ReadonlyMap<string, string>,
): SafetensorsPlan {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
  const begins = new Map<string, number>();
  let end = 0;
  const fields: [string, unknown][] = [['__metadata__', Object.fromEntries(metadata)]];
  for (const { name, dims, dtype: own = dtype } of sorted) {
    const begin = end;
    end += sizeOf(dims) * bytesOf[own];
    begins.set(name, begin);
    fields.push([name, { dtype: own, shape: dims, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  const offsets = new Map([...begins].map(([name, begin]) => [name, header.length + begin]));
  return { header, offsets, size: header.length + end };
}

/** The values' bytes, little-endian. @throws NumericError naming a value that is not finite or too large for F16 */
export function encodeValues(name: string, { data }: Tensor, dtype: StoredDtype): Uint8Array<ArrayBuffer> {
  const values = data as Float32Array<ArrayBuffer>;
  expectFinite(name, values, dtype === 'F16' ? maxHalf : Infinity);
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Uint8Array(encodeHalf(values).buffer);
}

/** @throws NumericError at the first value that is not finite or whose magnitude is beyond `limit` */
export function expectFinite(name: string, values: Float32Array, limit = Infinity): void {
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude < Infinity && magnitude <= limit) continue;
    if (magnitude < Infinity) {
      throw new NumericError(
        'numeric/half-range',
        `${name}[${i}]: expected at most ${limit} for float16, got ${values[i]!}. Store it as float32.`,
      );
    }
    throw new NumericError(
      'numeric/finite',
      `${name}[${i}]: expected a finite number, got ${values[i]!}. The weights are damaged.`,
    );
  }
}
