import type { Bitmap } from '../../../runtime/core/bitmap.js';

/** Where the upright pixel (x, y) of a stored picture lies, by EXIF's number; width and height as stored. */
const sources: Readonly<Record<number, (x: number, y: number, w: number, h: number) => readonly [number, number]>> = {
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
};

/** Does this orientation exchange width and height? */
export const isSideways = (orientation: number): boolean => orientation >= 5 && orientation <= 8;

/** Turns and mirrors a stored picture as EXIF's orientation (1 to 8) says. Source: CIPA DC-008 (Exif 2.32), 4.6.4 A. */
export function turnUpright(picture: Bitmap, orientation: number): Bitmap {
  const source = sources[orientation];
  if (!source) return picture;
  const { width: w, height: h } = picture;
  const [width, height] = isSideways(orientation) ? [h, w] : [w, h];
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, w * h);
  const to = new Uint32Array(w * h);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = source(x, y, w, h);
      to[y * width + x] = from[fromY * w + fromX]!;
    }
  }
  return { width, height, data: new Uint8Array(to.buffer) };
}
