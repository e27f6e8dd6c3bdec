import { decode } from 'jpeg-js';
import { AssetError } from '../../runtime/core/errors.js';
import { mostPixels, type DecodedImage } from './decodedImage.js';

/** Every block of 8 x 8 pixels takes a bit at least. */
const mostPixelsAByte = 8 * 64;

/** Width times height by the header; 0 where it has none. */
function pixelsOfHeader(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xc2) return view.getUint16(at + 5) * view.getUint16(at + 7);
    // Any number of 0xff may stand before a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return 0;
}

/** @throws AssetError `photos/jpeg` for a broken or cut-off file; half a photo is not taken for a whole one */
export function decodeJpeg(bytes: Uint8Array, where: string): DecodedImage {
  try {
    // The decoder makes room for all of them first: seconds for a damaged header.
    if (pixelsOfHeader(bytes) > mostPixelsAByte * bytes.length)
      throw new Error('its header tells of more than it holds');
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
