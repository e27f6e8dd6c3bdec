import type { Bitmap } from '../../../runtime/core/bitmap.js';
import type { Square } from './faceNets.js';
import type { BitmapPyramid } from './bitmapPyramid.js';

/** What lies outside a picture: black, or the nearest pixel of its edge. */
export type Edge = 'zero' | 'replicate';

export interface SampleOptions {
  /** Default: zero. */
  readonly edge?: Edge;
  /** Values of bytes 0 and 255. Default: 0 and 1. */
  readonly range?: readonly [low: number, high: number];
  /** Left and right of the square exchanged. */
  readonly mirrored?: boolean;
}

/** More source pixels than this for one target pixel, and the next smaller level is taken. */
const largestStep = 1.5;

interface Level {
  readonly picture: Bitmap;
  /** Pixels of this level for one of the picture. */
  readonly scale: number;
}

function levelFor({ levels }: BitmapPyramid, step: number): Level {
  let index = 0;
  while (index + 1 < levels.length && step / 2 ** index > largestStep) index++;
  return { picture: levels[index]!, scale: 2 ** -index };
}

/**
 * Bilinear samples at the middles of size x size cells of the square.
 * @returns bytes as floats, red, green, blue and the share 0..1 that lies inside the picture; [size, size, 4]
 */
function sampleCells(pyramid: BitmapPyramid, square: Square, size: number, edge: Edge): Float32Array {
  const step = square.side / size;
  const { picture, scale } = levelFor(pyramid, step);
  const { width, height, data } = picture;
  const [cos, sin] = [Math.cos(square.angle) * step * scale, Math.sin(square.angle) * step * scale];
  const [middleX, middleY] = [square.cx * scale - 0.5, square.cy * scale - 0.5];
  const out = new Float32Array(size * size * 4);
  for (let row = 0, to = 0; row < size; row++) {
    const v = row + 0.5 - size / 2;
    for (let column = 0; column < size; column++, to += 4) {
      const u = column + 0.5 - size / 2;
      const x = middleX + cos * u - sin * v;
      const y = middleY + sin * u + cos * v;
      const left = Math.floor(x);
      const top = Math.floor(y);
      for (let corner = 0; corner < 4; corner++) {
        let px = left + (corner & 1);
        let py = top + (corner >> 1);
        const weight = (corner & 1 ? x - left : 1 - x + left) * (corner >> 1 ? y - top : 1 - y + top);
        const inside = px >= 0 && py >= 0 && px < width && py < height;
        if (inside) out[to + 3]! += weight;
        else if (edge === 'zero') continue;
        else {
          px = Math.min(width - 1, Math.max(0, px));
          py = Math.min(height - 1, Math.max(0, py));
        }
        const from = (py * width + px) * 4;
        out[to]! += weight * data[from]!;
        out[to + 1]! += weight * data[from + 1]!;
        out[to + 2]! += weight * data[from + 2]!;
      }
    }
  }
  return out;
}

/**
 * A square of a picture as a net's input.
 * @returns [3, size, size]
 */
export function sampleSquare(
  pyramid: BitmapPyramid,
  square: Square,
  size: number,
  { edge = 'zero', range: [low, high] = [0, 1], mirrored = false }: SampleOptions = {},
): Float32Array {
  const cells = sampleCells(pyramid, square, size, edge);
  const plane = size * size;
  const factor = (high - low) / 255;
  const out = new Float32Array(3 * plane);
  for (let row = 0, from = 0; row < size; row++) {
    for (let column = 0; column < size; column++, from += 4) {
      const to = row * size + (mirrored ? size - 1 - column : column);
      for (let c = 0; c < 3; c++) out[c * plane + to] = low + factor * cells[from + c]!;
    }
  }
  return out;
}

/**
 * A square of a picture as a picture of its own; four samples a pixel, the edge's pixels repeated outside.
 * @returns size x size; alpha is the share of a pixel that lies inside `pyramid`'s picture
 */
export function cutSquare(pyramid: BitmapPyramid, square: Square, size: number): Bitmap {
  const cells = sampleCells(pyramid, square, 2 * size, 'replicate');
  const row = 2 * size * 4;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0, to = 0; y < size; y++) {
    for (let x = 0; x < size; x++, to += 4) {
      const from = 2 * y * row + x * 8;
      for (let c = 0; c < 4; c++) {
        const sum = cells[from + c]! + cells[from + c + 4]! + cells[from + c + row]! + cells[from + c + row + 4]!;
        data[to + c] = Math.round((sum / 4) * (c === 3 ? 255 : 1));
      }
    }
  }
  return { width: size, height: size, data };
}
