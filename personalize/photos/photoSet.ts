import { AssetError, HeadError, ShapeError } from '../../runtime/core/errors.js';
import { FileNames } from './fileNames.js';
import { parseLabels, type Labels } from './labels.js';
import type { Photo, Problem } from './photo.js';
import type { PhotoFiles } from './photoFiles.js';
import { leastSide } from './pixels.js';
import { readPhoto } from './readPhoto.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface PhotoSetOptions {
  /** Only photos under this folder. Absent: those under `train/` where there are any, else all. */
  readonly split?: string;
  /** Larger photos are reduced to this side by area average; smaller ones stay as they are. Absent: as stored. */
  readonly size?: number;
  readonly signal?: AbortSignal;
  /** @param fraction 0..1 of the photos read */
  readonly onProgress?: (fraction: number) => void;
  /** Gets each photo as soon as it is read. */
  readonly onPhoto?: (photo: Photo) => void;
}

export interface PhotoSet {
  /** At least one, sorted by name. */
  readonly photos: readonly Photo[];
  /** What was left out, sorted by name. */
  readonly problems: readonly Problem[];
}

const labelsFile = 'dataset.json';
const layout =
  'A photo set is a folder with dataset.json, {"labels": [["train/00000.jpg", [25 numbers: cam2world, intrinsics]], ' +
  '...]}, the photos it names, and optionally masks/train/00000.png';
const shownProblems = 3;

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/**
 * Reads photographs whose cameras are known, in EG3D's dataset layout, with optional masks beside them. A photo that
 * cannot be used becomes a problem and the others go on. A photo without a mask file takes its own alpha as the mask, and
 * has none where it is opaque.
 * @throws AssetError where there is no dataset.json, no such split or no usable photo; ShapeError on a bad `size`; the
 * signal's reason when it aborts
 */
export async function readPhotoSet(files: PhotoFiles, options: PhotoSetOptions = {}): Promise<PhotoSet> {
  expectGiven('readPhotoSet', 'photoFiles', files);
  expectGiven('readPhotoSet', 'options', options);
  const { size, signal, onProgress, onPhoto } = options;
  if (size !== undefined) requireSize(size);
  signal?.throwIfAborted();
  const names = await files.list();
  signal?.throwIfAborted();
  if (!names.includes(labelsFile)) throw noLabels(names);
  const there = new FileNames(names);
  const text = new TextDecoder().decode(await files.read(labelsFile));
  const { labels, problems: badLabels } = inSplit(parseLabels(text, labelsFile), options.split);
  const photos: Photo[] = [];
  const problems: Problem[] = [...badLabels];
  for (const [i, label] of [...labels].sort(byName).entries()) {
    signal?.throwIfAborted();
    try {
      const photo = await readPhoto(files, there, label, size);
      photos.push(photo);
      onPhoto?.(photo);
    } catch (error) {
      if (!(error instanceof HeadError)) throw error;
      problems.push({ name: label.name, reason: withoutName(error.message, label.name) });
    }
    onProgress?.((i + 1) / labels.length);
  }
  signal?.throwIfAborted();
  problems.sort(byName);
  if (photos.length === 0) throw nothingUsable(problems);
  return { photos, problems };
}

/** Whoever shows a problem names the photo. */
function withoutName(message: string, name: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}

function requireSize(size: number): void {
  if (!Number.isInteger(size) || size < leastSide) {
    throw new ShapeError(
      'photos/size',
      `photos: size: expected a whole number of at least ${leastSide}, got ${size}. Name a side in pixels.`,
    );
  }
}

/** Entries without a name belong to every split. */
function inSplit({ labels, problems }: Labels, wanted: string | undefined): Labels {
  const named = [...labels, ...problems].map(({ name }) => name);
  const split = wanted?.replace(/\/+$/, '') ?? (named.some((name) => name.startsWith('train/')) ? 'train' : null);
  if (split === null) return { labels, problems };
  const inside = ({ name }: { readonly name: string }): boolean => name.startsWith(`${split}/`);
  if (!named.some((name) => name.startsWith(`${split}/`))) {
    const there = [...new Set(named.map((name) => name.slice(0, name.lastIndexOf('/'))))].filter(Boolean).sort();
    throw new AssetError(
      'photos/split',
      `${labelsFile}: expected photos under ${split}/, got ${there.join(', ') || 'photos in no folder'}. ` +
        'Name another split, or none.',
    );
  }
  return { labels: labels.filter(inside), problems: problems.filter((p) => inside(p) || p.name.startsWith('labels[')) };
}

function noLabels(names: readonly string[]): AssetError {
  const below = names.filter((name) => name.endsWith(`/${labelsFile}`)).sort()[0];
  const remedy = below ? `There is ${below}: choose that folder.` : `${layout}.`;
  return new AssetError('photos/no-labels', `photos: expected ${labelsFile}, got a folder without it. ${remedy}`);
}

function nothingUsable(problems: readonly Problem[]): AssetError {
  const shown = problems.slice(0, shownProblems).map(({ name, reason }) => `${name}: ${reason}`);
  const more = problems.length - shown.length;
  return new AssetError(
    'photos/none',
    `photos: no photo can be used. ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`,
  );
}
