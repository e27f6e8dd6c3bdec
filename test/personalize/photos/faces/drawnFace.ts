import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeJpeg } from '../../../../personalize/photos/decodeJpeg.js';
import type { Square } from '../../../../personalize/photos/faces/faceNets.js';
import { makePyramid, type BitmapPyramid } from '../../../../personalize/photos/faces/bitmapPyramid.js';
import { bytesSource, type ByteSource } from '../../../../runtime/checkpoint/byteSource.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import looks from './looks.json' with { type: 'json' };

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Seed 100 of the embedded base before a coloured ground: 320 x 256. */
export function drawnFace(): Bitmap {
  const { width, height, data } = decodeJpeg(readFileSync(path('face.jpg')), 'face.jpg');
  return { width, height, data: Uint8Array.from(data) };
}

export const facesAsset = (): ByteSource => bytesSource(readFileSync(path('../../../../assets/faces.safetensors')));

export const goldensSource = (): ByteSource => bytesSource(readFileSync(path('goldens.safetensors')));

/** What a net of the goldens looked at, and which of its values were kept. */
export interface Look {
  readonly square: Square;
  readonly range: readonly [number, number];
  readonly every: Readonly<Record<string, number>>;
}

export const goldenLooks = looks as unknown as Readonly<Record<string, Look>>;

/** The picture moved into a larger grey one, turned by quarters clockwise, or enlarged by repeating pixels. */
export function placed(
  picture: Bitmap,
  [width, height]: readonly [number, number],
  [left, top]: readonly [number, number],
  ground?: Bitmap,
): Bitmap {
  const data = ground ? Uint8Array.from(ground.data) : new Uint8Array(width * height * 4).fill(140);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 4, (y + 1) * picture.width * 4);
    data.set(row, ((top + y) * width + left) * 4);
  }
  return { width, height, data };
}

/** A quarter turn, clockwise as one looks at it. */
export function turned({ width, height, data }: Bitmap): Bitmap {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      out.set(data.subarray(from, from + 4), (x * height + height - 1 - y) * 4);
    }
  }
  return { width: height, height: width, data: out };
}

/** Left and right exchanged. */
export function mirrored({ width, height, data }: Bitmap): Bitmap {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    out.set(data.subarray(i * 4, i * 4 + 4), (i - x + width - 1 - x) * 4);
  }
  return { width, height, data: out };
}

export const pyramidOf = (picture: Bitmap): BitmapPyramid => makePyramid(picture);
