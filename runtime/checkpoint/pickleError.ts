import { AssetError } from '../core/errors.js';

/** A damaged or foreign pickle, with the byte where reading stopped. */
export function pickleError(offset: number, expected: string, got: string, code = 'asset/pickle'): AssetError {
  return new AssetError(
    code,
    `pickle byte ${offset}: expected ${expected}, got ${got}. ` +
      'The file is damaged or no EG3D network pickle; copy or download it again.',
  );
}

/** A value's kind as it is written in messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value.constructor.name;
  return `a ${typeof value}`;
}
