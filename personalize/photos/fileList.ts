import { AssetError } from '../../runtime/core/errors.js';
import { notFound, notReadable, type PhotoFiles } from './photoFiles.js';
import { expectGiven } from '../../runtime/core/given.js';

/**
 * Files under the names given, e.g. of a dropped folder, whose `File`s carry no path of their own.
 * @param blobs by relative name with forward slashes
 */
export function blobPhotos(blobs: ReadonlyMap<string, Blob>): PhotoFiles {
  return {
    list: () => Promise.resolve([...blobs.keys()].sort()),
    async read(name) {
      const blob = blobs.get(name);
      if (!blob) throw notFound(name);
      try {
        return new Uint8Array(await blob.arrayBuffer());
      } catch (cause) {
        // The file was moved or changed since it was picked.
        throw notReadable(name, cause);
      }
    },
  };
}

/**
 * What `<input type="file" webkitdirectory>` gives, by name. The top folder that all share is stripped from their names.
 * @throws AssetError `photos/empty` for no file, `photos/duplicate` for two of one name
 */
export function fileListBlobs(list: readonly File[]): Map<string, Blob> {
  expectGiven('photos', 'files', list);
  // A page's FileList is no array.
  const files = Array.from(list);
  if (files.length === 0) {
    throw new AssetError('photos/empty', 'photos: no file was picked. Pick the folder that holds dataset.json.');
  }
  const paths = files.map((file) => file.webkitRelativePath || file.name);
  const top = paths[0]!.slice(0, paths[0]!.indexOf('/') + 1);
  const strip = paths.every((path) => path.startsWith(top)) ? top.length : 0;
  const blobs = new Map<string, Blob>();
  files.forEach((file, i) => {
    const name = paths[i]!.slice(strip);
    if (blobs.has(name)) {
      throw new AssetError('photos/duplicate', `photos: ${name} was picked twice. Pick one folder, not single files.`);
    }
    blobs.set(name, file);
  });
  return blobs;
}

/**
 * The same, ready to be read.
 * @throws AssetError as `fileListBlobs`
 */
export const fileListPhotos = (files: readonly File[]): PhotoFiles => blobPhotos(fileListBlobs(files));
