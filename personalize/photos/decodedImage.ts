import { AssetError } from '../../runtime/core/errors.js';
import type { Bitmap } from '../../runtime/core/bitmap.js';

/** A decoded file: RGBA with straight alpha, rows from the top. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] */
  readonly data: Uint8Array | Uint16Array;
  /** The value that stands for 1. */
  readonly max: 255 | 65535;
}

/** The largest photo that is decoded, pixels: a phone's full 50 megapixels. Above it a small file may fill the memory. */
export const mostPixels = 50e6;

/** @throws AssetError `photos/large` */
export function requireModestSize(width: number, height: number, where: string): void {
  if (width * height > mostPixels) {
    throw new AssetError(
      'photos/large',
      `${where}: expected at most ${mostPixels / 1e6} megapixels, got ${width} x ${height}. Save it smaller.`,
    );
  }
}

/** Rounded to 8 bits where there are more. */
export function eightBits({ width, height, data, max }: DecodedImage): Bitmap {
  if (data instanceof Uint8Array) return { width, height, data };
  return { width, height, data: Uint8Array.from(data, (value) => Math.round((255 * value) / max)) };
}
