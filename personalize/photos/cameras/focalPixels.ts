/** Diagonal of 35 mm film, millimetres. */
const filmDiagonal = Math.hypot(36, 24);

/**
 * Focal length in pixels from what a photo's file tells.
 * @param focal35 EXIF FocalLengthIn35mmFilm, millimetres
 * @param width of the photo as its landmarks were found, pixels; cropped photos mislead
 */
export function focalPixels(focal35: number, width: number, height: number): number {
  return (focal35 / filmDiagonal) * Math.hypot(width, height);
}
