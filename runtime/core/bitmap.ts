import { encode } from 'fast-png';
import { ShapeError } from './errors.js';
import { expectDims, type Tensor } from './tensor.js';
import { expectGiven } from './given.js';

/** 8-bit RGBA, rows from the top. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** `transparent`, or a colour 0..1 to put behind. */
export type Background = 'transparent' | readonly [number, number, number];

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value * 255)));

/**
 * A generator's image as a picture.
 * @param image [3, H, W] in -1..1, colour times coverage as the ray-march leaves it
 * @param alpha [1, H, W] coverage 0..1; null: the image as it is, opaque
 * @param background what shows where coverage ends; of no effect without `alpha`
 */
export function bitmapOf(image: Tensor, alpha: Tensor | null, background: Background): Bitmap {
  expectGiven('bitmapOf: image', 'tensor', image);
  if (alpha !== null) expectGiven('bitmapOf: alpha', 'tensor', alpha);
  expectGiven('bitmapOf: background', 'color', background);
  expectDims(image, [3, null, null], 'picture: image');
  const [, height, width] = image.dims as [number, number, number];
  if (alpha) expectDims(alpha, [1, height, width], 'picture: alpha');
  const pixels = height * width;
  const through = alpha !== null && background === 'transparent';
  const behind = background === 'transparent' ? [0, 0, 0] : background;
  const data = new Uint8Array(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    const coverage = alpha ? Math.min(1, alpha.data[i]!) : 1;
    // What shows nothing has no colour either: viewers that leave alpha out would show it.
    if (through && toByte(coverage) === 0) continue;
    for (let c = 0; c < 3; c++) {
      const premultiplied = (image.data[c * pixels + i]! + 1) / 2;
      const color = through ? premultiplied / Math.max(coverage, 1e-6) : premultiplied + (1 - coverage) * behind[c]!;
      data[i * 4 + c] = toByte(color);
    }
    data[i * 4 + 3] = through ? toByte(coverage) : 255;
  }
  return { width, height, data };
}

/**
 * Pictures of one size in rows and columns; a short row ends in transparent cells.
 * @throws ShapeError where there is none, or sizes differ
 */
export function pictureGrid(rows: readonly (readonly Bitmap[])[]): Bitmap {
  expectGiven('pictureGrid', 'rows', rows);
  const first = rows.find((row) => row.length > 0)?.[0];
  if (!first) throw new ShapeError('picture/none', 'pictureGrid: expected at least one picture, got none.');
  const { width, height } = first;
  const columns = Math.max(...rows.map((row) => row.length));
  const stride = columns * width * 4;
  const data = new Uint8Array(stride * height * rows.length);
  rows.forEach((row, i) => {
    row.forEach((picture, j) => {
      if (picture.width !== width || picture.height !== height) {
        throw new ShapeError(
          'picture/size',
          `pictureGrid: expected pictures of ${width} x ${height} as the first, ` +
            `got ${picture.width} x ${picture.height} in row ${i}, column ${j}.`,
        );
      }
      for (let y = 0; y < height; y++) {
        const line = picture.data.subarray(y * width * 4, (y + 1) * width * 4);
        data.set(line, (i * height + y) * stride + j * width * 4);
      }
    });
  });
  return { width: columns * width, height: rows.length * height, data };
}

export function encodePng(picture: Bitmap): Uint8Array {
  expectGiven('encodePng', 'picture', picture);
  const { width, height, data } = picture;
  if (width < 1 || height < 1 || data.length !== 4 * width * height) {
    throw new ShapeError(
      'picture/size',
      `encodePng: expected ${width} x ${height} pixels of 4 bytes, got ${data.length} bytes.`,
    );
  }
  return encode({ width, height, data, channels: 4, depth: 8 });
}
