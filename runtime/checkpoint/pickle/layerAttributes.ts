import { AssetError } from '../../core/errors.js';
import type { ModuleNode } from './moduleTree.js';

/** A fully connected layer's learning-rate multiplier: its factor on the bias, also part of that on the weight. */
export function learningRate(layer: ModuleNode, where: string): number | undefined {
  const bias = layer.attributes.get('bias_gain');
  if (typeof bias === 'number') return bias;
  const weight = layer.attributes.get('weight_gain');
  const inputs = layer.tensors.get('weight')?.dims[1];
  if (typeof weight === 'number' && inputs !== undefined) return weight * Math.sqrt(inputs);
  if (bias === undefined && weight === undefined) return undefined;
  throw new AssetError('asset/config', `${where}.bias_gain: expected a number, got something else.`);
}

/** The one value all layers have; undefined if none says. @throws AssetError if they differ */
export function agreed(values: readonly (number | undefined)[], where: string, what: string): number | undefined {
  const said = values.filter((value) => value !== undefined);
  const [first] = said;
  if (said.some((value) => Math.abs(value - first!) > 1e-6 * Math.abs(first!))) {
    throw new AssetError(
      'asset/config',
      `${where}: expected one ${what} for all layers, got ${said.join(', ')}. This generator is not supported.`,
    );
  }
  return first;
}

/** `conv_clamp` of the layers of synthesis blocks; null where none clamps. Also checks what they compute. */
export function layerClamp(blocks: readonly ModuleNode[], where: string): number | null {
  const clamps: (number | null)[] = [];
  for (const block of blocks) {
    expectAttribute(block, 'architecture', 'skip', where);
    for (const [name, layer] of block.children) {
      if (!/^(conv[01]|torgb)$/.test(name)) continue;
      expectAttribute(layer, 'activation', 'lrelu', where);
      const clamp = layer.attributes.get('conv_clamp') ?? null;
      if (clamp !== null && typeof clamp !== 'number') {
        throw new AssetError('asset/config', `${where}.${name}.conv_clamp: expected a number or None.`);
      }
      clamps.push(clamp);
    }
  }
  if (clamps.some((clamp) => clamp !== clamps[0])) {
    throw new AssetError(
      'asset/config',
      `${where}: expected one conv_clamp for all layers, got ${[...new Set(clamps)].map(String).join(', ')}. ` +
        'This generator is not supported.',
    );
  }
  return clamps[0] ?? null;
}

function expectAttribute(module: ModuleNode, key: string, expected: string, where: string): void {
  const value = module.attributes.get(key);
  if (value !== undefined && value !== expected) {
    const got = typeof value === 'string' ? `"${value}"` : 'something else';
    throw new AssetError(
      'asset/config',
      `${where}: expected ${key} "${expected}", got ${got}. This generator is not supported.`,
    );
  }
}
