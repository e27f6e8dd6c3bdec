import { AssetError } from '../../core/errors.js';
import { ByteWindow } from './byteWindow.js';
import type { ByteSource } from '../byteSource.js';
import { parseConfig } from '../config/configJson.js';
import { isFloating } from '../dtype.js';
import { findModule, namedTensors, readModuleTree, type ModuleNode } from './moduleTree.js';
import { networkConfig } from './networkConfig.js';
import { networkDialect, PickleObject } from './networkDialect.js';
import { isBaseTensor, type OpenBase, type TensorEntry } from '../tensorEntry.js';
import type { ReadBaseOptions } from '../options.js';
import { readPickle } from './pickleReader.js';

/** The averaged generator, the one EG3D's own tools use. */
const wanted = 'G_ema';

/**
 * The generator `G_ema` of an official EG3D network pickle. Nothing in the file is executed, and of the other
 * networks in it only the opcodes are read.
 * @throws AssetError if it is damaged, holds names EG3D does not use, or is no EG3D generator
 */
export async function openNetworkPickle(source: ByteSource, options: ReadBaseOptions = {}): Promise<OpenBase> {
  const root = await readPickle(new ByteWindow(source), networkDialect, {
    onProgress: () => options.signal?.throwIfAborted(),
  });
  const generator: unknown = root instanceof Map ? root.get(wanted) : undefined;
  if (!(generator instanceof PickleObject)) {
    throw new AssetError(
      'asset/network',
      `network pickle: expected a dictionary with a generator '${wanted}', got none. Pass an EG3D network pickle.`,
    );
  }
  const tree = readModuleTree(generator, wanted);
  expectEg3d(tree);
  return {
    config: options.config === undefined ? await networkConfig(tree, wanted) : parseConfig(options.config),
    entries: await tensorEntries(tree, options.signal),
    hash: null,
  };
}

function expectEg3d(tree: ModuleNode): void {
  const missing = ['backbone.mapping', 'backbone.synthesis', 'decoder'].filter((path) => !findModule(tree, path));
  if (missing.length === 0) return;
  throw new AssetError(
    'asset/network',
    `${wanted}: expected an EG3D generator, got a ${tree.className || 'module'} without ${missing.join(', ')}. ` +
      'StyleGAN generators have no 3D; pass an EG3D network pickle.',
  );
}

async function tensorEntries(tree: ModuleNode, signal?: AbortSignal): Promise<ReadonlyMap<string, TensorEntry>> {
  const entries = new Map<string, TensorEntry>();
  for (const [name, tensor] of namedTensors(tree)) {
    // Counters and the like have integer types; weights never do.
    if (!isBaseTensor(name) || !isFloating(await tensor.dtype())) continue;
    signal?.throwIfAborted();
    entries.set(name, { name, dims: tensor.dims, read: () => tensor.readFloat32(name) });
  }
  return entries;
}
