import { AssetError } from '../../runtime/core/errors.js';

/** What was dropped or chosen, by kind. */
export type Chosen =
  /** A prepared data set: all its files. */
  | { readonly kind: 'set'; readonly files: ReadonlyMap<string, Blob> }
  | {
      readonly kind: 'raw';
      readonly photos: ReadonlyMap<string, Blob>;
      readonly videos: ReadonlyMap<string, Blob>;
      /** How many files are neither. */
      readonly others: number;
    };

const photoEndings = /\.(jpe?g|jfif|png|webp|avif|hei[cf]|gif|bmp|tiff?|dng|cr[23]|nef|arw|raf|orf|rw2)$/i;
const videoEndings = /\.(mp4|m4v|mov|webm|mkv|avi|3gp|ogv)$/i;

/** Files that systems leave beside photos: nobody chose them. */
const isHidden = (name: string): boolean =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX') ||
  /(^|\/)(Thumbs\.db|desktop\.ini)$/i.test(name);

/**
 * Sorts files by what can be done with them. A folder with dataset.json is a prepared data set. Photos of kinds that are
 * not read count as photos: each gets a word of its own.
 * @throws AssetError `photos/empty` where there is neither photo nor video
 */
export function sortFiles(files: ReadonlyMap<string, Blob>): Chosen {
  const named = [...files].filter(([name]) => !isHidden(name));
  if (named.some(([name]) => name.split('/').at(-1) === 'dataset.json')) return { kind: 'set', files: new Map(named) };
  const isVideo = ([name, { type }]: readonly [string, Blob]): boolean =>
    type.startsWith('video/') || videoEndings.test(name);
  const isPhoto = ([name, { type }]: readonly [string, Blob]): boolean =>
    type.startsWith('image/') || photoEndings.test(name);
  const videos = named.filter(isVideo);
  const photos = named.filter((file) => !isVideo(file) && isPhoto(file));
  if (photos.length + videos.length === 0) {
    const got = named.length === 0 ? 'no file' : `other files, ${named[0]![0]} among them`;
    throw new AssetError(
      'photos/empty',
      `photos: expected photos or a video, got ${got}. Choose about 20 to 60 photos of one person.`,
    );
  }
  const others = named.length - photos.length - videos.length;
  return { kind: 'raw', photos: new Map(photos), videos: new Map(videos), others };
}
