import { AssetError } from '../../../runtime/core/errors.js';
import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { isSideways } from './orientation.js';

/** As much of sharp (an optional peer, Apache-2.0) as is used. */
export type Sharp = (input: Uint8Array, options: { readonly failOn: 'error' }) => SharpPipeline;

interface SharpPipeline {
  metadata(): Promise<{ readonly width: number; readonly height: number; readonly orientation?: number }>;
  rotate(): SharpPipeline;
  resize(options: {
    readonly width: number;
    readonly height: number;
    readonly fit: 'inside';
    readonly withoutEnlargement: true;
  }): SharpPipeline;
  toColourspace(name: 'srgb'): SharpPipeline;
  ensureAlpha(): SharpPipeline;
  raw(options: { readonly depth: 'uchar' }): SharpPipeline;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{
    readonly data: Uint8Array;
    readonly info: { readonly width: number; readonly height: number };
  }>;
}

/** A picture that is upright, in sRGB and reduced, with the upright size of the file. */
export interface ReducedBitmap {
  readonly picture: Bitmap;
  readonly original: { readonly width: number; readonly height: number };
}

/**
 * Decodes, turns, converts and reduces in one pass; a JPEG is reduced while it is decoded.
 * @param isTurned the decoder turns the picture before sharp sees it, as that of AVIF does
 * @throws AssetError `photos/damaged`
 */
export async function decodeWithSharp(
  sharp: Sharp,
  bytes: Uint8Array,
  name: string,
  longest: number,
  isTurned: boolean,
): Promise<ReducedBitmap> {
  try {
    const { width, height, orientation = 1 } = await sharp(bytes, { failOn: 'error' }).metadata();
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .rotate()
      .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const original = !isTurned && isSideways(orientation) ? { width: height, height: width } : { width, height };
    return { picture: { width: info.width, height: info.height, data }, original };
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0]!;
    throw new AssetError(
      'photos/damaged',
      `${name}: the photo is damaged (${reason}). Copy it again, or leave it out.`,
      { cause },
    );
  }
}
