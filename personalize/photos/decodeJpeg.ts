import { decode } from 'jpeg-js';
import { AssetError } from '../../runtime/core/errors.js';
import { mostPixels, type DecodedImage } from './decodedImage.js';

/** @throws AssetError `photos/jpeg` for a broken or cut-off file; half a photo is not taken for a whole one */
export function decodeJpeg(bytes: Uint8Array, where: string): DecodedImage {
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: mostPixels / 1e6,
      // About 19 bytes a pixel while it decodes.
      maxMemoryUsageInMB: 1024,
    });
    if (!(width > 0 && height > 0)) throw new Error(`its size is ${width} x ${height}`);
    return { width, height, data, max: 255 };
  } catch (cause) {
    throw new AssetError(
      'photos/jpeg',
      `${where}: the JPEG is broken, cut off or too large (${(cause as Error).message}). Copy or save it again.`,
      { cause },
    );
  }
}
