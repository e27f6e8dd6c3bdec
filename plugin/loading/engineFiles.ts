import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson, type PersonFile } from '../../runtime/checkpoint/person/person.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import { ofFile } from '../../runtime/core/errors.js';
import type { BytesProgress } from '../../runtime/core/readBody.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { networkLayout } from '../../runtime/network/layout.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import { readProxy } from '../../runtime/proxy/proxyFile.js';
import { registry } from '../registry.js';
import { download, downloadJson, expectNoPage } from './download.js';
import { SharedCache, type Lease, type Load } from './sharedCache.js';

type Bytes = ArrayBuffer | Uint8Array<ArrayBuffer>;

/** What the heads of an engine, in whatever scene, read from files: each file once. */
export class EngineFiles {
  private readonly _persons = new SharedCache<PersonFile>();
  private readonly _bases = new SharedCache<Base>();
  private readonly _directions = new SharedCache<Directions>();
  private readonly _proxies = new SharedCache<HeadProxy>();

  /** The caches of an engine. */
  static Of(engine: AbstractEngine): EngineFiles {
    const { files } = registry();
    let own = files.get(engine) as EngineFiles | undefined;
    if (!own) files.set(engine, (own = new EngineFiles()));
    return own;
  }

  /** How many files are in use or on their way; 0 when no head is left. */
  get size(): number {
    return [this._persons, this._bases, this._directions, this._proxies].reduce((sum, { size }) => sum + size, 0);
  }

  /** @param bytes the file, where it is there already */
  person(url: string, bytes?: Bytes, onBytes?: BytesProgress): Lease<PersonFile> {
    return this._persons.acquire(
      url,
      reader(url, bytes, (data) => readPerson(bytesSource(data))),
      onBytes,
    );
  }

  base(url: string, bytes?: Bytes, onBytes?: BytesProgress): Lease<Base> {
    return this._bases.acquire(
      url,
      reader(url, bytes, (data, signal) => readBase(bytesSource(data), { signal })),
      onBytes,
    );
  }

  /** The address of a base in use that has this hash. */
  baseUrlOf(hash: string): string | undefined {
    for (const [url, base] of this._bases.values()) if (base.hash === hash) return url;
    return undefined;
  }

  directions(url: string, base: Base): Lease<Directions> {
    return this._directions.acquire(`${url} ${base.hash}`, async (signal) => {
      const json = await downloadJson(url, signal);
      return ofFile(url, () => parseDirections(json, { hash: base.hash, wDim: networkLayout(base).wDim }));
    });
  }

  proxy(url: string, onBytes?: BytesProgress): Lease<HeadProxy> {
    return this._proxies.acquire(
      url,
      reader(url, undefined, (data) => readProxy(bytesSource(data))),
      onBytes,
    );
  }
}

function reader<T>(
  url: string,
  bytes: Bytes | undefined,
  read: (data: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<T>,
): Load<T> {
  return async (signal, onBytes) => {
    const data = bytes ? new Uint8Array(bytes) : await download(url, { onBytes, signal });
    // Babylon's own loader may have fetched them.
    if (bytes && !url.startsWith('file:')) expectNoPage(url, data);
    return ofFile(url.replace(/^file:/, ''), () => read(data, signal));
  };
}
