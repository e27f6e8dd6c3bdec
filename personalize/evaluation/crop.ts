import type { Tensor } from '../../runtime/core/tensor.js';
import type { FaceBox } from './faceBox.js';

/** A point in pixels: column, row. */
export type Point = readonly [number, number];

/** From the unit square of a box (0..1, x along its upper edge) to the image. */
export function fromBox({ x, y, side, roll }: FaceBox, [u, v]: Point): Point {
  const [dx, dy] = [(u - 0.5) * side, (v - 0.5) * side];
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  return [x + cos * dx - sin * dy, y + sin * dx + cos * dy];
}

/**
 * Cuts a turned square out of an image, upright: bilinear, averaging where it shrinks; beyond the border the border's
 * pixels repeat.
 * @param image [3, H, W] in -1..1
 * @returns [size, size, 3], 0..255, channels last, as the face networks take it
 */
export function cropSquare(image: Tensor, box: FaceBox, size: number): Float32Array {
  const [, height, width] = image.dims as [number, number, number];
  const pixels = height * width;
  const out = new Float32Array(size * size * 3);
  // As many samples an output pixel and axis as input pixels fall into it.
  const samples = Math.max(1, Math.ceil(box.side / size - 0.25));
  const weight = 127.5 / samples ** 2;
  const clamp = (value: number, end: number): number => Math.min(end, Math.max(0, value));
  for (let i = 0; i < size * samples; i++) {
    for (let j = 0; j < size * samples; j++) {
      const [column, row] = fromBox(box, [(j + 0.5) / (size * samples), (i + 0.5) / (size * samples)]);
      const x = clamp(column - 0.5, width - 1);
      const y = clamp(row - 0.5, height - 1);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
      const [fx, fy] = [x - left, y - top];
      const target = (Math.floor(i / samples) * size + Math.floor(j / samples)) * 3;
      for (let c = 0; c < 3; c++) {
        const at = (r: number, s: number): number => image.data[c * pixels + r * width + s]!;
        const upper = at(top, left) * (1 - fx) + at(top, right) * fx;
        const lower = at(bottom, left) * (1 - fx) + at(bottom, right) * fx;
        out[target + c]! += (upper * (1 - fy) + lower * fy + 1) * weight;
      }
    }
  }
  return out;
}
