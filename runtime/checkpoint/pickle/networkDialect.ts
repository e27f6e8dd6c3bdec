import { LatinBytes, LazyBytes, LazyText, decodeLatin1 } from './lazyPayload.js';
import { NumpyArray, NumpyDtype, numpyScalar } from './numpyValue.js';
import { kindOf, pickleError } from './pickleError.js';
import type { PickleDialect } from './pickleReader.js';
import { TorchStorage } from './torchStorage.js';
import { TorchTensor } from './torchTensor.js';

/** An instance of a Python class: its name and, once built, its `__dict__`. It has no behaviour. */
export class PickleObject {
  state: ReadonlyMap<unknown, unknown> = new Map();

  constructor(readonly className: string) {}

  build(state: unknown): void {
    // Objects with __slots__ have the state (dictionary, slots).
    const dictionary: unknown = Array.isArray(state) ? state[0] : state;
    if (dictionary instanceof Map) this.state = dictionary;
  }
}

/** What a whitelisted name does with its arguments. */
class PickleFunction {
  constructor(readonly apply: (args: readonly unknown[], offset: number) => unknown) {}
}

const encoder = new TextEncoder();

const persistent = new PickleFunction(([meta], offset) => {
  if (!(meta instanceof Map) || meta.get('type') !== 'class' || !(meta.get('state') instanceof Map)) {
    throw pickleError(offset, 'a persistent class with its state', kindOf(meta));
  }
  const name: unknown = meta.get('class_name');
  const object = new PickleObject(typeof name === 'string' ? name : '');
  object.build(meta.get('state'));
  return object;
});

const storage = new PickleFunction(([bytes], offset) => {
  if (bytes instanceof Uint8Array || bytes instanceof LazyBytes || bytes instanceof LatinBytes) {
    return new TorchStorage(bytes);
  }
  throw pickleError(offset, "a storage's bytes", kindOf(bytes));
});

const rebuild = new PickleFunction((args, offset) => TorchTensor.rebuild(args, offset));
/** Parameter(data, requires_grad, hooks): for us the tensor itself. torch.Size(sizes): the sizes. */
const first = new PickleFunction(([value]) => value);

const dictionary = new PickleFunction(([pairs], offset) => {
  const map = new Map<unknown, unknown>();
  for (const pair of items(pairs, offset)) {
    const [key, value] = items(pair, offset);
    map.set(key, value);
  }
  return map;
});

const set = new PickleFunction(([values], offset) => new Set(items(values, offset)));
const bytes = new PickleFunction(([value]) => value ?? new Uint8Array(0));

const encode = new PickleFunction(([text, encoding], offset) => {
  if (encoding === 'latin1' && typeof text === 'string') return decodeLatin1(encoder.encode(text));
  if (encoding === 'latin1' && text instanceof LazyText) return new LatinBytes(text);
  throw pickleError(offset, 'Latin-1 text', kindOf(text));
});

const dtype = new PickleFunction(([code], offset) => {
  if (typeof code !== 'string') throw pickleError(offset, 'a numpy type', kindOf(code));
  return new NumpyDtype(code);
});

const array = new PickleFunction(() => new NumpyArray());
const scalar = new PickleFunction(([type, raw], offset) => numpyScalar(type, raw, offset));

const arrayFromBuffer = new PickleFunction(([raw, type, dims, order], offset) => {
  const result = new NumpyArray();
  result.fill(dims, type, order === 'F', raw, offset);
  return result;
});

/** Every name with a meaning of its own. All other permitted names are classes, see `isModuleClass`. */
const functions: ReadonlyMap<string, PickleFunction> = new Map([
  ['torch_utils.persistence._reconstruct_persistent_obj', persistent],
  ['torch.storage._load_from_bytes', storage],
  ['torch._utils._rebuild_tensor_v2', rebuild],
  ['torch._utils._rebuild_parameter', first],
  ['torch.Size', first],
  ['collections.OrderedDict', dictionary],
  ['dnnlib.util.EasyDict', dictionary],
  ['dnnlib.EasyDict', dictionary],
  ['builtins.set', set],
  ['builtins.frozenset', set],
  ['__builtin__.set', set],
  ['__builtin__.frozenset', set],
  ['builtins.bytes', bytes],
  ['builtins.bytearray', bytes],
  ['__builtin__.bytes', bytes],
  ['__builtin__.bytearray', bytes],
  ['_codecs.encode', encode],
  ['numpy.dtype', dtype],
  ['numpy.ndarray', array],
  ...['numpy.core', 'numpy._core'].flatMap((core): [string, PickleFunction][] => [
    [`${core}.multiarray.scalar`, scalar],
    [`${core}.multiarray._reconstruct`, array],
    [`${core}.numeric._frombuffer`, arrayFromBuffer],
  ]),
]);

/** Classes of network modules; they become inert PickleObjects. Packages that vendor EG3D put their own name before. */
function isModuleClass(module: string, name: string): boolean {
  return (
    /^(torch\.nn\.modules(\.\w+)*|(\w+\.)*(training|torch_utils)(\.\w+)*)$/.test(module) && /^[A-Z]\w*$/.test(name)
  );
}

/** The same for EG3D's own functions: `eg3d.torch_utils.persistence`, `lib.dnnlib.util`. */
const ownName = (module: string): string => module.replace(/^(?:\w+\.)+(?=(?:dnnlib|torch_utils)(?:\.|$))/, '');

class PickleClass {
  constructor(readonly name: string) {}
}

/** The names of a StyleGAN or EG3D network pickle. */
export const networkDialect: PickleDialect = {
  resolve(module, name) {
    const found = functions.get(`${ownName(module)}.${name}`);
    return found ?? (isModuleClass(module, name) ? new PickleClass(name) : undefined);
  },
  call(callee, args, offset) {
    if (callee instanceof PickleFunction) return callee.apply(args, offset);
    if (callee instanceof PickleClass) return new PickleObject(callee.name);
    throw pickleError(offset, 'something to call', kindOf(callee));
  },
  build(target, state, offset) {
    const buildable = target instanceof PickleObject || target instanceof NumpyArray || target instanceof NumpyDtype;
    if (buildable) target.build(state, offset);
    // A dictionary subclass keeps its items elsewhere; attributes of its own mean nothing here.
    else if (!(target instanceof Map)) throw pickleError(offset, 'an object to give a state', kindOf(target));
  },
};

function items(value: unknown, offset: number): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  throw pickleError(offset, 'a list', kindOf(value));
}
