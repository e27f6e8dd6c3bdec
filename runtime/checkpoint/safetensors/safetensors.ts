import { AssetError } from '../../core/errors.js';
import { formatDims, sizeOf, tensor, type Tensor } from '../../core/tensor.js';
import type { ByteSource } from '../byteSource.js';
import { decodeElements, isDims, itemSize, toFloat32, type Dtype } from '../dtype.js';
import { keyTwice } from './jsonKeys.js';
import type { IntegerDtype } from './safetensorsEncode.js';
import type { TensorEntry } from '../tensorEntry.js';
import { isRecord } from '../../core/kindOf.js';

/** An opened safetensors file: header checked, values still in the file. */
export interface Safetensors {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Names of the tensors of whole numbers and truth values: counters and the like, no weights. */
  readonly counters: ReadonlySet<string>;
  /**
   * The values of a tensor of whole numbers.
   * @throws AssetError where there is none of that name and type
   */
  integers(name: string, type: IntegerDtype): Promise<Integers>;
}

export interface Integers {
  readonly dims: readonly number[];
  readonly data: Uint8Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

/** What a file is whose first nine bytes, or all that it has, do not begin a header. */
export function kindOfStart(length: number): string {
  if (length === 0) return 'an empty file';
  return length < 9 ? `a file of ${length} bytes` : 'another kind';
}

/** Real headers take some 100 bytes a tensor. */
const maxHeaderBytes = 16 * 1024 * 1024;

/** Bits an element takes, under the file's names; only the floating-point types that have a dtype can be read. */
const types = new Map<string, { readonly bits: number; readonly dtype?: Dtype }>([
  ['F32', { bits: 32, dtype: 'float32' }],
  ['F16', { bits: 16, dtype: 'float16' }],
  ['BF16', { bits: 16, dtype: 'bfloat16' }],
]);
const wholeNumbers = { 8: ['BOOL', 'U8', 'I8'], 16: ['U16', 'I16'], 32: ['U32', 'I32'], 64: ['U64', 'I64'] };
const unreadable = {
  ...{ 4: ['F4'], 6: ['F6_E2M3', 'F6_E3M2'], 64: ['F64', 'C64'] },
  8: ['F8_E4M3', 'F8_E5M2', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'],
};
const integerTypes = new Set(Object.values(wholeNumbers).flat());
for (const table of [wholeNumbers, unreadable]) {
  for (const [bits, names] of Object.entries(table)) for (const name of names) types.set(name, { bits: Number(bits) });
}

interface Place {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads and checks the header: eight bytes of length, JSON with dtype, shape and data_offsets of each tensor.
 * @throws AssetError `asset/safetensors` or `asset/truncated`
 */
export async function openSafetensors(source: ByteSource): Promise<Safetensors> {
  const length = new DataView((await source.read(0, 8)).buffer).getBigUint64(0, true);
  if (length > maxHeaderBytes) throw damaged('header', `at most ${maxHeaderBytes} bytes`, `${length}`);
  const dataBegin = 8 + Number(length);
  const header = parseHeader(await source.read(8, Number(length)));

  const entries = new Map<string, TensorEntry>();
  const places: Place[] = [];
  const typeOf = new Map<string, string>();
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = parseMetadata(value);
      continue;
    }
    const { type, dims, begin, end } = parseEntry(name, value);
    if (dataBegin + end > source.size) {
      throw new AssetError(
        'asset/truncated',
        `${name}: expected values up to byte ${dataBegin + end}, got a file of ${source.size}. ` +
          'The file is cut short or damaged; copy or download it again.',
      );
    }
    places.push({ name, begin, end });
    typeOf.set(name, type);
    entries.set(name, { name, dims, read: () => readValues(source, name, type, dims, dataBegin + begin) });
  }
  expectDisjoint(places);
  const integers = async (name: string, type: IntegerDtype): Promise<Integers> => {
    const place = places.find((other) => other.name === name);
    if (!place || typeOf.get(name) !== type) throw damaged(name, `dtype ${type}`, typeOf.get(name) ?? 'no such tensor');
    const bytes = await source.read(dataBegin + place.begin, place.end - place.begin);
    return { dims: entries.get(name)!.dims, data: asIntegers(bytes, type) };
  };
  const counters = new Set([...typeOf].flatMap(([name, type]) => (integerTypes.has(type) ? [name] : [])));
  return { entries, metadata, counters, integers };
}

function asIntegers(bytes: Uint8Array<ArrayBuffer>, type: IntegerDtype): Integers['data'] {
  if (type === 'U8') return bytes;
  return type === 'I8' ? new Int8Array(bytes.buffer) : new Int32Array(bytes.buffer);
}

async function readValues(source: ByteSource, name: string, type: string, dims: readonly number[], begin: number) {
  const dtype = types.get(type)?.dtype;
  if (dtype === undefined) {
    throw new AssetError(
      'asset/dtype',
      `${name}: expected dtype F32, F16 or BF16, got ${type}. Convert the file to one of these.`,
    );
  }
  const bytes = await source.read(begin, sizeOf(dims) * itemSize(dtype));
  return tensor(toFloat32(decodeElements(bytes, dtype)), dims, name) satisfies Tensor;
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw damaged('header', 'JSON', (cause as Error).message.slice(0, 80));
  }
  if (!isRecord(header)) throw damaged('header', 'an object of tensors', 'something else');
  const twice = keyTwice(text);
  if (twice !== null) throw damaged(twice.slice(0, 80), 'every name once', 'it twice');
  return header;
}

function parseMetadata(value: unknown): ReadonlyMap<string, string> {
  if (!isRecord(value)) throw damaged('__metadata__', 'an object of texts', 'something else');
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw damaged(`__metadata__.${key}`, 'a text', typeof text);
      return [key, text];
    }),
  );
}

function parseEntry(name: string, value: unknown) {
  if (!isRecord(value)) throw damaged(name, 'an object', 'something else');
  const { dtype: type, shape: dims, data_offsets: offsets } = value;
  if (typeof type !== 'string' || !/^[A-Z]\w{0,30}$/.test(type)) throw damaged(name, 'a dtype', JSON.stringify(type));
  // A type that is newer than this reader has a size of its own, and nobody may ask for it.
  const bits = types.get(type)?.bits;
  if (!isDims(dims)) throw damaged(name, 'a shape of whole numbers', JSON.stringify(dims));
  if (!isDims(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw damaged(name, 'data_offsets [begin, end]', JSON.stringify(offsets));
  }
  const [begin, end] = offsets as [number, number];
  const bytes = bits === undefined ? end - begin : Math.ceil((sizeOf(dims) * bits) / 8);
  if (end - begin !== bytes) {
    throw damaged(name, `${bytes} bytes for ${type} ${formatDims(dims)}`, `${end - begin}`);
  }
  return { type, dims, begin, end };
}

function expectDisjoint(places: Place[]): void {
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  places.forEach((place, i) => {
    const before = places[i - 1];
    if (before && before.end > place.begin) throw damaged(place.name, `a place of its own`, `that of ${before.name}`);
  });
}

function damaged(where: string, expected: string, got: string): AssetError {
  return new AssetError(
    'asset/safetensors',
    `safetensors ${where}: expected ${expected}, got ${got}. The file is damaged; copy or download it again.`,
  );
}
