import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import type { HeadMetadata } from '../node/metadata.js';
import { headAddresses, type HeadAddresses } from './addresses.js';
import { EngineFiles } from './engineFiles.js';
import type { HeadLoadingOptions } from './loadingOptions.js';
import type { ProgressSum } from './progressSum.js';
import type { Lease } from './sharedCache.js';

/** The files that were there already, such as a dropped one. */
export interface GivenFiles {
  readonly person?: ArrayBuffer;
  readonly base?: ArrayBuffer;
}

/** What every head needs, with or without a neural image; held until released. */
export interface HeadFiles {
  readonly person: PersonFile | null;
  readonly proxy: HeadProxy;
  readonly addresses: HeadAddresses;
  release(): void;
}

/** Settles with a promise, or rejects at once when the signal aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Loads a head's person and the mesh of their base.
 * @throws AssetError for files that cannot be had, are damaged, or belong to different bases
 */
export async function loadHeadFilesAsync(
  engine: AbstractEngine,
  metadata: HeadMetadata,
  options: HeadLoadingOptions,
  signal: AbortSignal,
  progress: ProgressSum,
  given: GivenFiles = {},
): Promise<HeadFiles> {
  const files = EngineFiles.Of(engine);
  const leases: Lease<unknown>[] = [];
  const release = (): void => leases.splice(0).forEach((lease) => lease.release());
  const hold = <T>(lease: Lease<T>): Promise<T> => {
    leases.push(lease);
    return orAborted(lease.value, signal);
  };
  try {
    const { person: personUrl } = headAddresses(metadata, options);
    const person = personUrl === undefined ? null : await hold(files.person(personUrl, given.person, progress.part()));
    const addresses = headAddresses(metadata, options, person ? files.baseUrlOf(person.baseHash) : undefined);
    const own = addresses.ownProxy(person);
    const lease = person && own !== undefined && (await ownProxyAsync(files, own, person, signal, progress));
    if (lease) leases.push(lease);
    const proxy = lease ? await lease.value : await hold(files.proxy(addresses.proxy, progress.part()));
    if (person && person.baseHash !== proxy.baseHash) {
      throw new AssetError(
        'asset/base',
        `${addresses.person}: expected a person of base ${proxy.baseHash} (${addresses.proxy}), got one of ` +
          `${person.baseHash}. Name the base they were made with as baseUrl, or personalize again.`,
      );
    }
    return { person, proxy, addresses, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** A person's own mesh; null where it is not there or no good: their base's does as well. */
async function ownProxyAsync(
  files: EngineFiles,
  url: string,
  { baseHash }: PersonFile,
  signal: AbortSignal,
  progress: ProgressSum,
): Promise<Lease<HeadProxy> | null> {
  const lease = files.proxy(url, progress.part());
  try {
    const proxy = await orAborted(lease.value, signal);
    if (proxy.baseHash === baseHash) return lease;
    throw new AssetError('asset/base', `${url}: expected a mesh of base ${baseHash}, got one of ${proxy.baseHash}.`);
  } catch (error) {
    lease.release();
    signal.throwIfAborted();
    Logger.Warn(
      `${url}: the person's own mesh cannot be had, and their base's is shown. ${(error as Error).message} ` +
        'Make it with "personalized-head proxy --person".',
    );
    return null;
  }
}
