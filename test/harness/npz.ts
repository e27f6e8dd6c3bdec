import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

export interface NpzArray {
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Reads one element at a byte offset, by NumPy type. */
const readers: Readonly<Record<string, { size: number; read: (view: DataView, offset: number) => number }>> = {
  '<f2': { size: 2, read: (view, offset) => halfToFloat(view.getUint16(offset, true)) },
  '<f4': { size: 4, read: (view, offset) => view.getFloat32(offset, true) },
  '<f8': { size: 8, read: (view, offset) => view.getFloat64(offset, true) },
  '<i4': { size: 4, read: (view, offset) => view.getInt32(offset, true) },
  '<i8': { size: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
};

function parseNpy(bytes: Uint8Array, name: string): NpzArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Format 1 has a 16-bit header length, the later ones a 32-bit one.
  const headerStart = bytes[6] === 1 ? 10 : 12;
  const headerLength = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + headerLength;
  const header = new TextDecoder().decode(bytes.subarray(headerStart, dataStart));
  const type = /'descr': *'([^']*)'/.exec(header)?.[1] ?? '';
  const shape = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  const reader = readers[type];
  if (!reader || shape === undefined || header.includes("'fortran_order': True")) {
    throw new Error(`${name}: this reader does not know ${header.trim()}`);
  }
  const dims = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  for (let i = 0; i < data.length; i++) data[i] = reader.read(view, dataStart + i * reader.size);
  return { dims, data };
}

/** The arrays of an .npz file's bytes, all as 32-bit floats. */
export function readNpz(bytes: Uint8Array): Map<string, NpzArray> {
  const arrays = new Map<string, NpzArray>();
  for (const [member, content] of Object.entries(unzipSync(bytes))) {
    const name = member.replace(/\.npy$/, '');
    arrays.set(name, parseNpy(content, name));
  }
  return arrays;
}

const cache = new Map<string, Map<string, NpzArray>>();

/** The reference values in test/goldens/<name>.npz. */
export function golden(name: string): Map<string, NpzArray> {
  let arrays = cache.get(name);
  if (!arrays) {
    arrays = readNpz(readFileSync(fileURLToPath(new URL(`../goldens/${name}.npz`, import.meta.url))));
    cache.set(name, arrays);
  }
  return arrays;
}
