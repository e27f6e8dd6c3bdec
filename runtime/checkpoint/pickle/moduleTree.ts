import { AssetError } from '../../core/errors.js';
import { NumpyArray } from './numpyValue.js';
import { PickleObject } from './networkDialect.js';
import { TorchTensor } from './torchTensor.js';

/** A torch module: its class, attributes, own tensors (parameters and buffers) and submodules. */
export interface ModuleNode {
  readonly className: string;
  readonly attributes: ReadonlyMap<unknown, unknown>;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly children: ReadonlyMap<string, ModuleNode>;
}

const maxDepth = 64;
const maxModules = 50_000;

/**
 * The tree under `root`. Submodules that are None are left out.
 * @throws AssetError `asset/modules` if it is no tree of modules, or absurdly large
 */
export function readModuleTree(root: PickleObject, where: string): ModuleNode {
  let count = 0;
  const read = (object: PickleObject, path: string, depth: number): ModuleNode => {
    if (depth > maxDepth || ++count > maxModules) {
      throw new AssetError('asset/modules', `${path}: expected a tree of modules, got a cycle or an absurd number.`);
    }
    const children = new Map<string, ModuleNode>();
    for (const [name, child] of group(object, '_modules', path)) {
      if (child === null) continue;
      if (!(child instanceof PickleObject)) throw foreign(`${path}.${name}`, 'a module');
      children.set(name, read(child, `${path}.${name}`, depth + 1));
    }
    return { className: object.className, attributes: object.state, tensors: tensorsOf(object, path), children };
  };
  return read(root, where, 0);
}

/** The module at a dotted path, if there is one. */
export function findModule(root: ModuleNode, path: string): ModuleNode | undefined {
  let node: ModuleNode | undefined = root;
  for (const name of path.split('.')) node = node?.children.get(name);
  return node;
}

/** Every tensor under its dotted name, as in torch's `state_dict`. */
export function namedTensors(root: ModuleNode, prefix = ''): Map<string, TorchTensor> {
  const named = new Map<string, TorchTensor>();
  for (const [name, value] of root.tensors) named.set(prefix + name, value);
  for (const [name, child] of root.children) {
    for (const [inner, value] of namedTensors(child, `${prefix}${name}.`)) named.set(inner, value);
  }
  return named;
}

/** A tensor that is a plain attribute or a buffer. */
export function tensorAttribute(node: ModuleNode | undefined, name: string): TorchTensor | NumpyArray | undefined {
  const value = node?.attributes.get(name) ?? node?.tensors.get(name);
  return value instanceof TorchTensor || value instanceof NumpyArray ? value : undefined;
}

function tensorsOf(object: PickleObject, path: string): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const kind of ['_parameters', '_buffers']) {
    for (const [name, value] of group(object, kind, path)) {
      if (value === null) continue;
      if (!(value instanceof TorchTensor)) throw foreign(`${path}.${name}`, 'a tensor');
      tensors.set(name, value);
    }
  }
  return tensors;
}

function group(object: PickleObject, kind: string, path: string): [string, unknown][] {
  const entries = object.state.get(kind);
  if (entries === undefined) return [];
  if (!(entries instanceof Map)) throw foreign(`${path}.${kind}`, 'a dictionary');
  return [...(entries as Map<unknown, unknown>)].map(([name, value]) => {
    if (typeof name !== 'string') throw foreign(`${path}.${kind}`, 'names');
    return [name, value];
  });
}

function foreign(path: string, expected: string): AssetError {
  return new AssetError(
    'asset/modules',
    `${path}: expected ${expected}, got something else. The file is damaged or of another program.`,
  );
}
