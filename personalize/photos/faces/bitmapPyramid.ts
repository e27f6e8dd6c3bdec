import type { Bitmap } from '../../../runtime/core/bitmap.js';

/** A picture and its halves, down to about 64 pixels: what large regions are sampled from without aliasing. */
export interface BitmapPyramid {
  /** From the picture itself to the smallest; opaque. */
  readonly levels: readonly Bitmap[];
}

const smallestSide = 64;
/** What shows through transparent pixels. */
const behind = 128;

/** The picture over grey; itself where it is opaque. */
function opaque(picture: Bitmap): Bitmap {
  const { width, height, data } = picture;
  let first = 3;
  while (first < data.length && data[first] === 255) first += 4;
  if (first >= data.length) return picture;
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    for (let c = 0; c < 3; c++) out[i + c] = Math.round((data[i + c]! * alpha + behind * (255 - alpha)) / 255);
    out[i + 3] = 255;
  }
  return { width, height, data: out };
}

/** Means of 2 x 2 pixels; an odd last row or column is left out. */
function half({ width, height, data }: Bitmap): Bitmap {
  const [w, h] = [width >> 1, height >> 1];
  const row = width * 4;
  const out = new Uint8Array(w * h * 4);
  for (let y = 0; y < h; y++) {
    let from = 2 * y * row;
    let to = y * w * 4;
    for (let x = 0; x < w; x++, from += 8, to += 4) {
      for (let c = from; c < from + 3; c++) {
        out[to + c - from] = (data[c]! + data[c + 4]! + data[c + row]! + data[c + row + 4]! + 2) >> 2;
      }
      out[to + 3] = 255;
    }
  }
  return { width: w, height: h, data: out };
}

/** @param picture straight alpha; transparent pixels become grey */
export function makePyramid(picture: Bitmap): BitmapPyramid {
  const levels = [opaque(picture)];
  for (;;) {
    const last = levels.at(-1)!;
    if (Math.min(last.width, last.height) < 2 * smallestSide) return { levels };
    levels.push(half(last));
  }
}
