import { AssetError, DeviceError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { expectGiven } from '../../core/given.js';

/** Hex SHA-256. @throws DeviceError where the page has no WebCrypto (plain http) */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // TypeScript believes that every page has it.
  const { subtle } = globalThis.crypto as Partial<Crypto>;
  if (!subtle) {
    throw new DeviceError(
      'device/crypto',
      'SHA-256: expected WebCrypto, got a page without it. Serve the page over https or from localhost.',
    );
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Computes a base's hash while its tensors pass by, in any order. */
export class BaseHasher {
  private readonly lines: { readonly name: string; readonly line: string }[] = [];

  /** Hashes float32 values, little-endian. */
  async add(name: string, { dims, data }: Tensor): Promise<void> {
    const values = data as Float32Array<ArrayBuffer>;
    const digest = await sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.lines.push({ name, line: `${JSON.stringify([name, dims, digest])}\n` });
  }

  finish(): Promise<string> {
    this.lines.sort((a, b) => (a.name < b.name ? -1 : 1));
    return sha256(new TextEncoder().encode(this.lines.map(({ line }) => line).join('')));
  }
}

/**
 * The hash a person file names its base by: SHA-256 of one line `["name",[sizes],"sha256 of the float32 values"]`
 * for each tensor, names sorted. Configuration is not part of it.
 */
export async function baseHash(tensors: ReadonlyMap<string, Tensor>): Promise<string> {
  expectGiven('baseHash', 'tensors', tensors);
  const hasher = new BaseHasher();
  for (const [name, tensor] of tensors) await hasher.add(name, tensor);
  return hasher.finish();
}

/**
 * Checks weights against the hash that their file states.
 * @throws AssetError `asset/hash`
 */
export async function expectHash(stated: string, tensors: ReadonlyMap<string, Tensor>): Promise<void> {
  const actual = await baseHash(tensors);
  if (actual === stated) return;
  throw new AssetError(
    'asset/hash',
    `base: expected weights of hash ${stated}, got ${actual}. The file is damaged; copy or download it again.`,
  );
}

const checked = new WeakMap<ReadonlyMap<string, Tensor>, Promise<void>>();

/**
 * The same, once for a base that several people use. A page without WebCrypto (plain http) cannot, and goes on.
 * @throws AssetError `asset/hash`
 */
export function expectHashOnce({
  hash,
  tensors,
}: {
  readonly hash: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
}) {
  let check = checked.get(tensors);
  if (!check) {
    check = (globalThis.crypto as Partial<Crypto>).subtle ? expectHash(hash, tensors) : Promise.resolve();
    checked.set(tensors, check);
  }
  return check;
}
