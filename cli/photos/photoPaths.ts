import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { notFound, notReadable } from 'babylon-personalized-head/command';
import { photoFolder } from 'babylon-personalized-head/node';
import type { PhotoFiles } from 'babylon-personalized-head/personalize';
import { AssetError } from 'babylon-personalized-head/runtime';

/**
 * Folders and files named on the command line as one set. One folder's files have their names in it; of several folders
 * each name begins with the folder's own.
 * @throws AssetError `photos/not-found` for what is not there, `photos/duplicate` for two files of one name
 */
export async function photoPaths(paths: readonly string[]): Promise<PhotoFiles> {
  const reads = new Map<string, () => Promise<Uint8Array>>();
  const add = (name: string, read: () => Promise<Uint8Array>): void => {
    if (reads.has(name)) {
      throw new AssetError('photos/duplicate', `photos: two files are named ${name}. Name the folder that holds both.`);
    }
    reads.set(name, read);
  };
  for (const path of paths) {
    if (await isFolder(path)) {
      const folder = photoFolder(path);
      const prefix = paths.length === 1 ? '' : `${basename(path)}/`;
      for (const name of await folder.list()) add(`${prefix}${name}`, () => folder.read(name));
    } else {
      add(basename(path), () => readFile(path).catch((cause: unknown) => Promise.reject(notReadable(path, cause))));
    }
  }
  return {
    list: () => Promise.resolve([...reads.keys()].sort()),
    read: (name) => reads.get(name)?.() ?? Promise.reject(notFound(name)),
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new AssetError('photos/not-found', `${path}: there is no such folder or photo. Check the path.`, { cause });
  }
}
