import { cameraFromLabel, cameraNumbers, type Camera } from '../../runtime/camera/camera.js';
import { AssetError, HeadError } from '../../runtime/core/errors.js';
import { checkArray, checkNumber, fieldError, JsonFields } from '../../runtime/checkpoint/config/jsonFields.js';
import { parseDatasetJson } from './datasetJson.js';
import { normalName } from './fileNames.js';
import type { Problem } from './photo.js';
import { requireRigid } from './rigidCamera.js';
import { blindCameras } from './sight.js';

/** A photo's name and its camera. */
export interface Label {
  readonly name: string;
  readonly camera: Camera;
}

/** What dataset.json says, in its order. */
export interface Labels {
  readonly labels: readonly Label[];
  /** Entries that cannot be used, by the photo's name, or by `labels[i]` where the entry has none. */
  readonly problems: readonly Problem[];
}

/** Forward slashes, no `./`, accents composed: one form for every name. */
const tidy = (name: string): string =>
  normalName(name)
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '');

/**
 * Reads EG3D's dataset.json: `{ "labels": [[name, [25 numbers]], ...] }`, cam2world 4 x 4 row-major (OpenCV axes), then
 * intrinsics 3 x 3 in units of the image side. Source: EG3D, section 4 (Pose conditioning) and its dataset_tool.
 * A name that stands twice is left out altogether: which camera is the photo's cannot be known.
 * @throws AssetError where the file as a whole is not of this form; a bad entry is one of the problems
 */
export function parseLabels(text: string, where = 'dataset.json'): Labels {
  const list = new JsonFields(parseDatasetJson(text, where), where).get('labels');
  if (!Array.isArray(list) || list.length === 0) {
    throw new AssetError(
      'photos/labels',
      `${fieldError(`${where}: labels`, 'a list of [name, [25 numbers]]', list).message} ` +
        'Write one entry for each photo.',
    );
  }
  const places = placesByName(list);
  const labels: Label[] = [];
  const problems: Problem[] = [];
  list.forEach((entry: unknown, i) => {
    const name = nameOf(entry);
    const at = `${where}: labels[${i}]`;
    try {
      if (name === null) throw fieldError(at, '[name, [25 numbers]]', entry);
      const all = places.get(name)!;
      if (all.length > 1) {
        // Said once.
        if (all[0] === i) problems.push({ name, reason: `${at}: ${all.length} entries name it. Keep one.` });
        return;
      }
      labels.push({ name, camera: cameraOf((entry as readonly unknown[])[1], at) });
    } catch (error) {
      if (!(error instanceof HeadError)) throw error;
      problems.push({ name: name ?? `labels[${i}]`, reason: error.message });
    }
  });
  const blind = blindCameras(labels.map(({ camera }) => camera));
  for (const [i, reason] of blind) problems.push({ name: labels[i]!.name, reason });
  return { labels: labels.filter((_, i) => !blind.has(i)), problems };
}

function nameOf(entry: unknown): string | null {
  if (!Array.isArray(entry) || entry.length !== 2) return null;
  const name: unknown = entry[0];
  return typeof name === 'string' && name !== '' ? tidy(name) : null;
}

function placesByName(list: readonly unknown[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  list.forEach((entry, i) => {
    const name = nameOf(entry);
    if (name !== null) places.set(name, [...(places.get(name) ?? []), i]);
  });
  return places;
}

function cameraOf(value: unknown, at: string): Camera {
  const numbers = checkArray(value, at, cameraNumbers, (item, path) => checkNumber(item, path));
  const camera = cameraFromLabel(numbers, at);
  requireRigid(camera, at);
  return camera;
}
