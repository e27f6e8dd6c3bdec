import { AssetError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { decodeImage } from './decodeImage.js';
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
  names: ReadonlySet<string>,
  { name, camera }: Label,
  size: number | undefined,
): Promise<Photo> {
  if (!names.has(name)) {
    throw new AssetError('photos/not-found', `${name}: dataset.json names it, but there is no such file. Add it.`);
  }
  const image = decodeImage(await files.read(name), name);
  requireSquare(image, name);
  const color = colorTensor(image);
  const maskFile = maskName(name);
  const mask = names.has(maskFile) ? await readMask(files, maskFile, color.dims[1]!) : alphaTensor(image);
  // A mask of nothing would teach that there is nobody.
  if (mask && !mask.data.some((value) => value > 0.5)) {
    const where = names.has(maskFile) ? maskFile : `${name}: alpha`;
    throw new AssetError(
      'photos/mask',
      `${where}: expected white where the person is, got no pixel above one half. Mask it again or remove the file.`,
    );
  }
  const fit = (tensor: Tensor): Tensor => (size === undefined ? tensor : areaAverage(tensor, size));
  return { name, camera, image: fit(color), mask: mask && fit(mask) };
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
