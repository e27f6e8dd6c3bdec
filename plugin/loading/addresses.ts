import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { ownProxyOf } from '../../runtime/proxy/ownProxy.js';
import type { HeadMetadata } from '../node/metadata.js';
import type { HeadLoadingOptions } from './loadingOptions.js';

/** Joins as Babylon does: a scene file's relative addresses are relative to its folder. */
export function resolveUrl(url: string, rootUrl = ''): string {
  return /^([a-z][a-z\d+.-]*:|\/)/i.test(url) ? url : rootUrl + url;
}

/** Everything up to the last slash. */
export const folderOf = (url: string): string => url.replace(/[?#].*$/, '').replace(/[^/]*$/, '');

const besideBase = (baseUrl: string, extension: string): string =>
  baseUrl.replace(/\.safetensors(?=$|[?#])/, extension);

/** Where the files of a head are. */
export interface HeadAddresses {
  /** Absent: the bare base. */
  readonly person: string | undefined;
  readonly base: string;
  readonly directions: string;
  readonly proxy: string;
  /** Where that person's own proxy should be; undefined where there is none, or options or metadata name another. */
  readonly ownProxy: (person: PersonFile | null) => string | undefined;
}

/**
 * Options decide before the metadata.
 * @param known address of a base that is in use and is the person's
 */
export function headAddresses(metadata: HeadMetadata, options: HeadLoadingOptions, known?: string): HeadAddresses {
  const { rootUrl } = options;
  const saved = (url: string | undefined): string | undefined =>
    url === undefined ? undefined : resolveUrl(url, rootUrl);
  const person = saved(metadata.url);
  const beside = person === undefined || person.startsWith('file:') ? (rootUrl ?? '') : folderOf(person);
  const base = known ?? options.baseUrl ?? saved(metadata.base?.url) ?? resolveUrl('base.safetensors', beside);
  const named = options.proxyUrl ?? saved(metadata.proxyUrl);
  return {
    person,
    base,
    directions: options.directionsUrl ?? saved(metadata.directionsUrl) ?? besideBase(base, '.directions.json'),
    proxy: named ?? besideBase(base, '.proxy.safetensors'),
    ownProxy: (file) => {
      // A dropped file has no neighbours.
      const path = file && named === undefined && !person?.startsWith('file:') ? ownProxyOf(file) : undefined;
      return path === undefined ? undefined : resolveUrl(path, beside);
    },
  };
}
