import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssetError } from '../../runtime/core/errors.js';
import { notFound, notReadable, type PhotoFiles } from './photoFiles.js';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/**
 * A folder on disk with everything below it; links are followed.
 * `list` throws AssetError `photos/not-found`, `photos/not-a-folder` or `photos/read` where the folder itself fails.
 */
export function photoFolder(path: string): PhotoFiles {
  return {
    async list() {
      await requireFolder(path);
      const names: string[] = [];
      await walk(path, '', [], names);
      return names.sort();
    },
    async read(name) {
      const parts = name.split('/');
      // What a label names must lie in the folder.
      if (name.includes('\\') || parts.some((part) => part === '' || part === '.' || part === '..')) {
        throw notFound(name);
      }
      try {
        return new Uint8Array(await readFile(join(path, ...parts)));
      } catch (cause) {
        throw codeOf(cause) === 'ENOENT' ? notFound(name, cause) : notReadable(name, cause);
      }
    },
  };
}

async function requireFolder(path: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw notReadable(path, cause);
    throw new AssetError('photos/not-found', `${path}: there is no such folder. Check the path.`, { cause });
  }
  if (!isFolder) {
    throw new AssetError(
      'photos/not-a-folder',
      `${path}: expected a folder of photos, got a file. Name the folder that holds dataset.json.`,
    );
  }
}

/** @param above real paths of the folders above: a link back to one of them would never end */
async function walk(folder: string, prefix: string, above: readonly string[], names: string[]): Promise<void> {
  let entries;
  let real;
  try {
    real = await realpath(folder);
    if (above.includes(real)) return;
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw notReadable(folder, cause);
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    // A link to nothing is no file.
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
    if (kind?.isDirectory()) await walk(path, `${prefix}${entry.name}/`, [...above, real], names);
    else if (kind?.isFile()) names.push(`${prefix}${entry.name}`);
  }
}
