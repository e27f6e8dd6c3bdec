import type { Square } from '../faces/faceNets.js';

/**
 * Which pixels of a square show a part of the photo.
 * @param size of the square, pixels
 * @param width of the photo, pixels
 * @returns [size, size], 1 inside, 0 outside
 */
export function insideMask(square: Square, size: number, width: number, height: number): Uint8Array {
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  const step = square.side / size;
  const mask = new Uint8Array(size * size);
  for (let row = 0; row < size; row++) {
    const v = (row + 0.5 - size / 2) * step;
    for (let column = 0; column < size; column++) {
      const u = (column + 0.5 - size / 2) * step;
      const [x, y] = [square.cx + cos * u - sin * v, square.cy + sin * u + cos * v];
      if (x >= 0 && y >= 0 && x < width && y < height) mask[row * size + column] = 1;
    }
  }
  return mask;
}

/** Landmarks along the face's outline (MediaPipe's FACEMESH_FACE_OVAL). */
const oval = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/**
 * Share of the face's outline that lies outside the photo.
 * @param points [468, 3], pixels of the photo
 */
export function ovalOutside(points: Float32Array, width: number, height: number): number {
  const outside = oval.filter((i) => {
    const [x, y] = [points[3 * i]!, points[3 * i + 1]!];
    return x < 0 || y < 0 || x >= width || y >= height;
  });
  return outside.length / oval.length;
}
