import { AssetError } from '../../runtime/core/errors.js';
import { foreignKind, imageKind } from './decode/imageKind.js';
import type { DecodedImage } from './decodedImage.js';
import { decodeJpeg } from './decodeJpeg.js';
import { decodePhotoPng } from './decodePng.js';

/** Kinds that are read of raw photos, but not here, as messages name them. */
const others = { webp: 'WebP', avif: 'AVIF', heic: 'HEIC' } as const;

/**
 * Decodes a JPEG (baseline or progressive) or PNG, told apart by their first bytes. Pure JavaScript: the same bits in
 * Node and in every browser. The EXIF orientation is not followed: photos of this layout are already cropped and upright,
 * and their cameras belong to the pixels as stored. Colour profiles are not followed either.
 * @throws AssetError `photos/kind`, `photos/jpeg`, `photos/png`, `photos/large`
 */
export function decodeImage(bytes: Uint8Array, where: string): DecodedImage {
  const kind = imageKind(bytes);
  if (kind === 'jpeg') return decodeJpeg(bytes, where);
  if (kind === 'png') return decodePhotoPng(bytes, where);
  if (!kind || kind === 'bmp') throw foreignKind(bytes, where, 'a JPEG or PNG');
  throw new AssetError(
    'photos/kind',
    `${where}: expected a JPEG or PNG, got ${others[kind]}. Save it as one of the two, upright and cropped as its camera says.`,
  );
}
