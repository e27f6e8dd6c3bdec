import { AssetError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import { parseConfig } from '../config/configJson.js';
import { isMiniConfig } from '../config/miniConfig.js';
import { isBaseTensor, type OpenBase } from '../tensorEntry.js';
import type { ReadBaseOptions } from '../options.js';
import { openSafetensors } from '../safetensors/safetensors.js';

/** What a base file says of itself in its `__metadata__`. */
export const baseFormat = 'personalized-head/base';
export const baseVersion = '1';

/** A base file, or a bare safetensors file together with `options.config`. */
export async function openSafetensorsBase(source: ByteSource, options: ReadBaseOptions = {}): Promise<OpenBase> {
  const { entries, metadata, counters } = await openSafetensors(source);
  const format = metadata.get('format') ?? '';
  if (format.startsWith('personalized-head/') && format !== baseFormat) {
    throw new AssetError(
      'asset/format',
      `base: expected format "${baseFormat}", got "${format}". Choose another file.`,
    );
  }
  const own = format === baseFormat;
  if (own) expectVersion(metadata.get('version'));
  const stated = metadata.get('config');
  const json = options.config ?? (own ? ownConfig(stated) : prototypeConfig(stated));
  if (json === undefined) {
    throw new AssetError(
      'asset/config',
      'base: expected a configuration in the file, got a bare safetensors file. Pass one (--config).',
    );
  }
  return {
    config: parseConfig(json),
    // Counters are part of state dictionaries; weights never are whole numbers.
    entries: new Map([...entries].filter(([name]) => isBaseTensor(name) && !counters.has(name))),
    hash: own ? statedHash(metadata.get('hash')) : null,
  };
}

function expectVersion(version: string | undefined): void {
  if (version !== baseVersion) {
    throw new AssetError(
      'asset/version',
      `base: expected version ${baseVersion}, got ${version ?? 'none'}. Update this package or import the base again.`,
    );
  }
}

function ownConfig(text: string | undefined): unknown {
  const json = parseJson(text);
  if (json === undefined) throw new AssetError('asset/config', 'base: expected a configuration, got none.');
  return json;
}

/** The embedded base's training code leaves its configuration in the metadata as well. */
function prototypeConfig(text: string | undefined): unknown {
  const json = parseJson(text);
  return isMiniConfig(json) ? json : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statedHash(hash: string | undefined): string {
  if (hash !== undefined && /^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new AssetError('asset/hash', `base: expected a SHA-256 of 64 hex digits, got ${hash ?? 'none'}.`);
}
