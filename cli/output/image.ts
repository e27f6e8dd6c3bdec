import { encode } from 'fast-png';
import type { Portrait } from '../../runtime/generator/portrait.js';
import { resizeMatrix } from '../../runtime/network/resize.js';
import type { Tensor } from '../../runtime/core/tensor.js';

/** 8-bit RGBA, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** `transparent`, or a colour 0..1 to put behind. */
export type Background = 'transparent' | readonly [number, number, number];

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value * 255)));

/**
 * A view as a picture.
 * @param background null: the image as the generator made it, opaque
 */
export function toPicture(portrait: Portrait, background: Background | null): Picture {
  const { image, alpha } = portrait;
  const side = image.dims.at(-1)!;
  const pixels = side * side;
  const data = new Uint8Array(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    const coverage = background === null ? 1 : Math.min(1, alpha.data[i]!);
    for (let c = 0; c < 3; c++) {
      const premultiplied = (image.data[c * pixels + i]! + 1) / 2;
      const color =
        background === null
          ? premultiplied
          : background === 'transparent'
            ? premultiplied / Math.max(coverage, 1e-6)
            : premultiplied + (1 - coverage) * background[c]!;
      data[i * 4 + c] = toByte(color);
    }
    data[i * 4 + 3] = background === 'transparent' ? toByte(coverage) : 255;
  }
  return { width: side, height: side, data };
}

/** Bilinear, antialiased, [C, H, H] -> [C, side, side]. */
export function resizeImage({ dims, data }: Tensor, side: number): Tensor {
  const [channels, from] = dims as [number, number];
  const m = resizeMatrix(from, side, true);
  const rows = new Float64Array(channels * side * from);
  const out = new Float32Array(channels * side * side);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < side; i++) {
      for (let k = 0; k < from; k++) {
        const weight = m[i * from + k]!;
        if (weight === 0) continue;
        for (let x = 0; x < from; x++) rows[(c * side + i) * from + x]! += weight * data[(c * from + k) * from + x]!;
      }
      for (let j = 0; j < side; j++) {
        let sum = 0;
        for (let x = 0; x < from; x++) {
          const weight = m[j * from + x]!;
          if (weight !== 0) sum += weight * rows[(c * side + i) * from + x]!;
        }
        out[(c * side + i) * side + j] = sum;
      }
    }
  }
  return { dims: [channels, side, side], data: out };
}

/** Pictures of one size side by side. */
export function contactSheet(pictures: readonly Picture[]): Picture {
  const { width, height } = pictures[0]!;
  const data = new Uint8Array(width * pictures.length * height * 4);
  pictures.forEach((picture, i) => {
    for (let y = 0; y < height; y++) {
      const row = picture.data.subarray(y * width * 4, (y + 1) * width * 4);
      data.set(row, (y * pictures.length + i) * width * 4);
    }
  });
  return { width: width * pictures.length, height, data };
}

export function encodePng({ width, height, data }: Picture): Uint8Array {
  return encode({ width, height, data, channels: 4, depth: 8 });
}
