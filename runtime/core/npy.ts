import { AssetError } from './errors.js';
import { sizeOf, tensor, type Tensor } from './tensor.js';

/** numpy's .npy format, version 1.0: little-endian float32 written; float32 and float64 read, C order. */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const alignment = 64;

/** @returns the bytes of an .npy file */
export function encodeNpy({ dims, data }: Tensor): Uint8Array {
  const shape = dims.length === 1 ? `(${dims[0]!},)` : `(${dims.join(', ')})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const total = Math.ceil((10 + header.length + 1) / alignment) * alignment;
  const text = `${header.padEnd(total - 11)}\n`;
  const bytes = new Uint8Array(total + data.byteLength);
  bytes.set([...magic, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), total);
  return bytes;
}

function values(bytes: Uint8Array, descr: string, count: number): Float32Array | null {
  const size = { '<f4': 4, '<f8': 8 }[descr];
  if (size === undefined || bytes.length < count * size) return null;
  // A copy, for its alignment; not by `slice`, which in Node's Buffer is a view of the pool.
  const copy = Uint8Array.from(bytes.subarray(0, count * size)).buffer;
  return size === 4 ? new Float32Array(copy) : Float32Array.from(new Float64Array(copy));
}

/**
 * @param where named in errors
 * @throws AssetError if it is no .npy file of float32 or float64 in C order, or is truncated
 */
export function decodeNpy(bytes: Uint8Array, where: string): Tensor {
  const fail = (what: string): never => {
    throw new AssetError('npy/format', `${where}: ${what}. Save it with numpy.save as float32.`);
  };
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) fail('this is no .npy file');
  const wide = bytes[6]! > 1; // versions 2 and 3 have a four-byte header length
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || shape === undefined) return fail('its header cannot be read');
  if (/'fortran_order':\s*True/.test(header)) return fail('it is in Fortran order');
  const dims = shape
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (dims.some((size) => !Number.isInteger(size) || size < 0)) return fail(`it has the sizes (${shape})`);
  const data = values(bytes.subarray(start + length), descr, sizeOf(dims));
  if (!data)
    return fail(
      `expected ${sizeOf(dims)} values of <f4 or <f8, got ${bytes.length - start - length} bytes of ${descr}`,
    );
  return tensor(data, dims, where);
}
