import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AssetError } from '../../runtime/core/errors.js';
import { photoFolder } from './folder.node.js';
import { FileNames, normalName } from './fileNames.js';
import { parseLabels } from './labels.js';
import type { Photo } from './photo.js';
import { maskName, readPhoto } from './readPhoto.js';

/** Folders above a photo in which its dataset.json is looked for. */
const levels = 3;

/**
 * One photo of an EG3D set, with the camera that the set's dataset.json gives it and its mask where there is one.
 * @param size side it is shrunk to, pixels
 * @throws AssetError where the photo or its dataset.json is not there or does not name it, and as `readPhoto`
 */
export async function readSinglePhoto(path: string, size: number): Promise<Photo> {
  const photo = resolve(path);
  if (!(await exists(photo))) throw new AssetError('photos/not-found', `${path}: there is no such photo.`);
  let folder = dirname(photo);
  for (let level = 0; level < levels; level++, folder = dirname(folder)) {
    const text = await readFile(join(folder, 'dataset.json'), 'utf8').catch(() => null);
    if (text === null) continue;
    const file = relative(folder, photo).split(sep).join('/');
    const name = normalName(file);
    const { labels, problems } = parseLabels(text, join(folder, 'dataset.json'));
    const label = labels.find((entry) => entry.name === name);
    if (!label) {
      const reason = problems.find((problem) => problem.name === name)?.reason;
      throw new AssetError(
        'photos/label',
        `${path}: expected a camera in ${join(folder, 'dataset.json')}, got ${reason ?? 'none of that name'}. ` +
          'Estimate the photo’s camera first.',
      );
    }
    const mask = maskName(name);
    const names = new FileNames((await exists(join(folder, mask))) ? [file, mask] : [file]);
    return readPhoto(photoFolder(folder), names, label, size);
  }
  throw new AssetError(
    'photos/label',
    `${path}: expected dataset.json (EG3D’s layout) beside the photo or up to ${levels - 1} folders above, got none. ` +
      'It tells the photo’s camera.',
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
