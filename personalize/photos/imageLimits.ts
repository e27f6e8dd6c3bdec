import { AssetError } from '../../runtime/core/errors.js';

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
