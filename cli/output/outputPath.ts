import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { HeadError } from 'babylon-personalized-head/runtime';
import { filmKind } from './film.js';

/**
 * Checks, before any work, that a file can be written there under a name that says what it is.
 * @param endings with their dot, e.g. `.png`
 * @throws HeadError `output/kind`, `output/folder`, `output/rights`
 */
export async function requireOutputFile(path: string, ...endings: readonly string[]): Promise<void> {
  if (!endings.includes(extname(path).toLowerCase())) {
    throw new HeadError(
      'output/kind',
      `${path}: expected a name that ends in ${endings.join(' or ')}, got ${extname(path) || 'none'}. Name it so.`,
    );
  }
  if (await isFolder(path)) {
    throw new HeadError('output/folder', `${path}: expected a file to write, got a folder. Give another name.`);
  }
  const folder = dirname(resolve(path));
  if (!(await isFolder(folder))) {
    throw new HeadError('output/folder', `${path}: there is no folder ${folder}. Create it, or give another path.`);
  }
  await requireWritable(folder, path);
}

/**
 * The same of a folder, which is created when it is needed.
 * @throws HeadError `output/folder`, `output/rights`
 */
export async function requireOutputFolder(path: string): Promise<void> {
  // The first that is there on the way up: below it, folders are created.
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (!found && dirname(folder) !== folder) continue;
    if (!found?.isDirectory()) {
      throw new HeadError('output/folder', `${path}: expected a folder, got the file ${folder}. Give another name.`);
    }
    return requireWritable(folder, path);
  }
}

/**
 * The same of a sheet, an animation or a folder of frames, as `filmKind` tells them apart.
 * @throws HeadError
 */
export async function requireFilmOutput(path: string): Promise<void> {
  if (filmKind(path) === 'folder') await requireOutputFolder(path);
  else await requireOutputFile(path, '.png', '.apng');
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function requireWritable(folder: string, path: string): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new HeadError(
      'output/rights',
      `${path}: the folder ${folder} cannot be written (${(cause as Error).message}). Give another path.`,
      { cause },
    );
  }
}
