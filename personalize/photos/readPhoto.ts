import { AssetError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { decodeImage } from './decodeImage.js';
import type { FileNames } from './fileNames.js';
import type { Label } from './labels.js';
import type { Photo } from './photo.js';
import type { PhotoFiles } from './photoFiles.js';
import { alphaTensor, colorTensor, maskTensor, requireSquare } from './pixels.js';
import { areaAverage } from './shrink.js';

/** `train/00003.jpg` -> `masks/train/00003.png` */
export function maskName(name: string): string {
  return `masks/${name.replace(/\.[^./]*$/, '')}.png`;
}

/**
 * One photo with its mask: the mask file, else the photo's own alpha, else none.
 * @param names of all files
 * @param size as `readPhotoSet`
 * @throws HeadError where the photo cannot be used
 */
export async function readPhoto(
  files: PhotoFiles,
  names: FileNames,
  { name, camera }: Label,
  size: number | undefined,
): Promise<Photo> {
  const file = names.find(name);
  if (file === null) throw missingPhoto(name, names.similar(name));
  const image = decodeImage(await files.read(file), name);
  requireSquare(image, name);
  const color = colorTensor(image);
  const maskFile = names.find(maskName(name));
  const stray = maskFile === null ? names.strayMask(name) : null;
  if (stray !== null) {
    throw new AssetError(
      'photos/mask',
      `${name}: expected its mask as ${maskName(name)}, got ${stray}. Rename it, or remove it to go without.`,
    );
  }
  const mask = maskFile === null ? alphaTensor(image) : await readMask(files, maskFile, color.dims[1]!);
  // A mask of nothing would teach that there is nobody.
  if (mask && !mask.data.some((value) => value > 0.5)) {
    const where = maskFile ?? `${name}: alpha`;
    throw new AssetError(
      'photos/mask',
      `${where}: expected white where the person is, got no pixel above one half. Mask it again or remove the file.`,
    );
  }
  const fit = (tensor: Tensor): Tensor => (size === undefined ? tensor : areaAverage(tensor, size));
  return { name, camera, image: fit(color), mask: mask && fit(mask) };
}

function missingPhoto(name: string, similar: string | null): AssetError {
  const remedy =
    similar === null ? 'Add it.' : `There is ${similar}: write that name in dataset.json, or rename the file.`;
  return new AssetError('photos/not-found', `${name}: dataset.json names it, but there is no such file. ${remedy}`);
}

async function readMask(files: PhotoFiles, name: string, side: number): Promise<Tensor> {
  const image = decodeImage(await files.read(name), name);
  if (image.width !== side || image.height !== side) {
    throw new ShapeError(
      'photos/mask-size',
      `${name}: expected ${side} x ${side} as the photo, got ${image.width} x ${image.height}. Mask the photo itself.`,
    );
  }
  return maskTensor(image);
}
