import { AssetError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import { ByteWindow } from './byteWindow.js';
import type { Dtype } from '../dtype.js';
import { itemSize } from '../dtype.js';
import { LatinBytes, payloadSource, type Payload } from './lazyPayload.js';
import { pickleError } from './pickleError.js';
import { readPickle, type PickleDialect } from './pickleReader.js';

const magic = 0x1950a86a20f9469cfc6cn;
const version = 1001;
/** Far more than the five small pickles take. */
const headBytes = 4096;

const storageTypes: ReadonlyMap<string, Dtype> = new Map([
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['FloatStorage', 'float32'],
  ['DoubleStorage', 'float64'],
  ['BoolStorage', 'bool'],
  ['ByteStorage', 'uint8'],
  ['CharStorage', 'int8'],
  ['ShortStorage', 'int16'],
  ['IntStorage', 'int32'],
  ['LongStorage', 'int64'],
]);

export interface StorageLayout {
  readonly dtype: Dtype;
  /** Elements. */
  readonly count: number;
  /** Byte where the elements begin, inside the payload. */
  readonly begin: number;
}

/**
 * What `torch.storage._load_from_bytes` is given: torch's older save format, which is five small pickles (magic
 * number, version, machine, persistent id, keys), an int64 count and the elements.
 */
export class TorchStorage {
  private known: Promise<StorageLayout> | undefined;

  constructor(private readonly payload: Payload) {}

  /** @throws AssetError if the header is not torch's */
  layout(): Promise<StorageLayout> {
    this.known ??= this.readLayout();
    return this.known;
  }

  /** `length` bytes from byte `offset` of the elements. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { begin } = await this.layout();
    return (await payloadSource(this.payload)).read(begin + offset, length);
  }

  private async readLayout(): Promise<StorageLayout> {
    const head = await payloadSource(this.payload, headBytes);
    const layout = await readHeader(head);
    const end = layout.begin + layout.count * itemSize(layout.dtype);
    // The length of text-encoded bytes is known only once they are decoded; reading then checks it.
    if (!(this.payload instanceof LatinBytes) && end !== head.size) {
      throw new AssetError(
        'asset/storage',
        `tensor storage: expected ${layout.count} elements in ${end} bytes, got ${head.size} bytes. ` +
          'The file is damaged; copy or download it again.',
      );
    }
    return layout;
  }
}

async function readHeader(source: ByteSource): Promise<StorageLayout> {
  const window = new ByteWindow(source, headBytes);
  const next = () => readPickle(window, storageDialect, { lazyAbove: headBytes });
  const expect = (ok: boolean, expected: string) => {
    if (!ok) throw pickleError(window.position, expected, 'something else', 'asset/storage');
  };
  expect((await next()) === magic, "torch's magic number in a tensor storage");
  expect((await next()) === version, `torch's format ${version} in a tensor storage`);
  const machine = await next();
  expect(machine instanceof Map && machine.get('little_endian') === true, 'a little-endian tensor storage');
  const id = await next();
  if (!(id instanceof StorageId)) throw pickleError(window.position, 'a storage id', 'something else', 'asset/storage');
  const keys = await next();
  expect(Array.isArray(keys) && keys.length === 1 && keys[0] === id.key, "the storage's own key");
  await window.fill(8);
  const count = window.u64();
  expect(count === id.count, `${id.count} elements`);
  return { dtype: id.dtype, count, begin: window.position };
}

class StorageType {
  constructor(readonly dtype: Dtype) {}
}

class StorageId {
  constructor(
    readonly dtype: Dtype,
    readonly key: string,
    readonly count: number,
  ) {}
}

const storageDialect: PickleDialect = {
  resolve(module, name) {
    const dtype = module === 'torch' ? storageTypes.get(name) : undefined;
    return dtype && new StorageType(dtype);
  },
  call(_callee, _args, offset) {
    throw pickleError(offset, 'no call in a tensor storage', 'one');
  },
  build(_target, _state, offset) {
    throw pickleError(offset, 'no object in a tensor storage', 'one');
  },
  persistent(id, offset) {
    const [kind, type, key, , count, view] = Array.isArray(id) ? (id as unknown[]) : [];
    const known = kind === 'storage' && type instanceof StorageType && typeof key === 'string' && view === null;
    if (!known || typeof count !== 'number' || count < 0) {
      throw pickleError(offset, 'a storage id', 'something else', 'asset/storage');
    }
    return new StorageId(type.dtype, key, count);
  },
};
