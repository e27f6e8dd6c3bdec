import { AssetError } from '../../core/errors.js';

/** A damaged or foreign pickle, with the byte where reading stopped. */
export function pickleError(offset: number, expected: string, got: string, code = 'asset/pickle'): AssetError {
  return new AssetError(
    code,
    `pickle byte ${offset}: expected ${expected}, got ${got}. ` +
      'The file is damaged or no EG3D network pickle; copy or download it again.',
  );
}

/** A name that no EG3D network uses: of a whole file of another program, or of garbage that reads as names. */
export function foreignName(offset: number, name: string): AssetError {
  const found = `'${name.slice(0, 120)}'`;
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(name)) {
    return pickleError(offset, 'a name an EG3D network uses', found, 'asset/global');
  }
  return new AssetError(
    'asset/global',
    `pickle byte ${offset}: expected a name an EG3D network uses, got ${found}. The file was written by another program ` +
      "or a fork: save its generator's state dictionary as safetensors and import that with --config.",
  );
}

/** A value's kind as it is written in messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value.constructor.name;
  return `a ${typeof value}`;
}
