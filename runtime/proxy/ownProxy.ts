import type { PersonFile } from '../checkpoint/person/person.js';

/** Text of a `.head` that says where the person's own proxy is: a path from the file's own folder. */
export const proxyField = 'proxy';

/** Is it a path to a file in the same folder or below it? Others are not followed: a file may come from anywhere. */
export const isBeside = (path: string): boolean => /^[^/\\:?#][^\\:?#]*$/.test(path) && !path.split('/').includes('..');

/** Where a person's own proxy is, from the file's folder; undefined where there is none. */
export function ownProxyOf({ metadata }: Pick<PersonFile, 'metadata'>): string | undefined {
  const path = metadata.get(proxyField);
  return path !== undefined && isBeside(path) ? path : undefined;
}
