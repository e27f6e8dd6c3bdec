import type { Bitmap } from '../../../runtime/core/bitmap.js';

/** A raw photo as a person sees it: turned upright, in sRGB. */
export interface UprightPhoto {
  /** Name in its folder, with forward slashes. */
  readonly name: string;
  /** Straight alpha. At most `longestSide` pixels a side. */
  readonly picture: Bitmap;
  /** Upright size of the file, pixels, before any reduction. */
  readonly original: { readonly width: number; readonly height: number };
  /** Focal length in 35 mm film equivalent, millimetres, as EXIF says; null where it says nothing. */
  readonly focal35: number | null;
}

/** Sides of raw photos are reduced to this: a face in it is larger than any crop that is learned from. */
export const longestSide = 1600;

export interface DecodeOptions {
  /** Default `longestSide`. */
  readonly longestSide?: number;
  readonly signal?: AbortSignal;
}

/**
 * Decodes a raw photo; `decodeUpright.ts` does it in a browser or worker, `decodeUpright.node.ts` in Node.
 * @param name in its folder; messages begin with it
 * @throws AssetError with one sentence and the remedy where the file cannot be used: `photos/kind` for a foreign kind,
 *   `photos/decoder` where an optional decoder is missing, `photos/damaged`, `photos/large`; the signal's reason when it
 *   aborts
 */
export type DecodeUpright = (bytes: Uint8Array, name: string, options?: DecodeOptions) => Promise<UprightPhoto>;
