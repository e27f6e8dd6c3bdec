import type { Tensor } from '../../runtime/core/tensor.js';
import { joinBytes, PyCall, PyTuple, writePickle, type Py } from './pickleWriter.js';

/** A module's class and attributes; its path from the generator is the key in `NetworkParts.modules`. */
export interface ModuleParts {
  readonly className?: string;
  readonly attributes?: Readonly<Record<string, Py>>;
}

export interface NetworkParts {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** By path; '' is the generator itself. */
  readonly modules: Readonly<Record<string, ModuleParts>>;
}

/** The value of a legacy torch storage of float32. */
function storagePayload(data: Float32Array, key: string): Uint8Array {
  const head = new Uint8Array([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]);
  const pickle = (value: Py) => joinBytes(writePickle(value, 2));
  const machine = new Map<string, Py>([
    ['protocol_version', 1001],
    ['little_endian', true],
  ]);
  const count = new Uint8Array(new BigInt64Array([BigInt(data.length)]).buffer);
  const floats = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return joinBytes([head, pickle(1001), pickle(machine), persistentId(key, data.length), pickle([key]), count, floats]);
}

/** The tuple ('storage', torch.FloatStorage, key, 'cpu', count, None) as a persistent id. */
function persistentId(key: string, count: number): Uint8Array {
  const unframed = (value: Py) => joinBytes(writePickle(value, 2)).slice(2, -1);
  const type = new TextEncoder().encode('ctorch\nFloatStorage\n');
  const parts = [unframed('storage'), type, unframed(key), unframed('cpu'), unframed(count), unframed(null)];
  return joinBytes([new Uint8Array([0x80, 2, 0x28]), ...parts, new Uint8Array([0x74, 0x51, 0x2e])]);
}

export function tensorValue({ dims, data }: Tensor, key = '0'): Py {
  const strides: number[] = [];
  dims.reduceRight((stride, size, axis) => {
    strides[axis] = stride;
    return stride * size;
  }, 1);
  const storage = new PyCall('torch.storage', '_load_from_bytes', [storagePayload(data, key)]);
  const hooks = new PyCall('collections', 'OrderedDict', []);
  const value = new PyCall('torch._utils', '_rebuild_tensor_v2', [
    storage,
    0,
    new PyTuple(...dims),
    new PyTuple(...strides),
    false,
    hooks,
  ]);
  return new PyCall('torch._utils', '_rebuild_parameter', [value, true, hooks]);
}

/** A module tree as EG3D pickles it: every module a persistent object with a `__dict__`. */
export function moduleValue({ tensors, modules }: NetworkParts, path = ''): Py {
  const prefix = path && `${path}.`;
  const own = new Map<string, Py>();
  const children = new Set<string>();
  for (const name of [...tensors.keys(), ...Object.keys(modules)]) {
    if (!name.startsWith(prefix) || name === path) continue;
    const [head, ...rest] = name.slice(prefix.length).split('.');
    if (rest.length > 0 || modules[name]) children.add(head!);
    else own.set(head!, tensorValue(tensors.get(name)!, String(own.size)));
  }
  const inner = [...children].map((name): [string, Py] => [name, moduleValue({ tensors, modules }, prefix + name)]);
  const state = new Map<string, Py>([
    ['_parameters', own],
    ['_buffers', new Map()],
    ['_modules', new Map(inner)],
    ...Object.entries(modules[path]?.attributes ?? {}),
  ]);
  const meta = new Map<string, Py>([
    ['type', 'class'],
    ['version', 6],
    ['module_src', '# none'],
    ['class_name', modules[path]?.className ?? 'Module'],
    ['state', state],
  ]);
  return new PyCall('torch_utils.persistence', '_reconstruct_persistent_obj', [meta]);
}

/** A whole network pickle. */
export function networkPickle(generator: Py, protocol = 4, others: readonly [string, Py][] = []): Uint8Array[] {
  return writePickle(new Map<string, Py>([...others, ['G_ema', generator]]), protocol);
}
