import type { Picture } from '../../../runtime/core/picture.js';

/** A raw photo as a person sees it: turned upright, in sRGB. */
export interface UprightPhoto {
  /** Name in its folder, with forward slashes. */
  readonly name: string;
  /** Straight alpha. At most `longestSide` pixels a side where the decoder could reduce it. */
  readonly picture: Picture;
  /** Upright size of the file, pixels, before any reduction. */
  readonly original: { readonly width: number; readonly height: number };
  /** Focal length in 35 mm film equivalent, millimetres, as EXIF says; null where it says nothing. */
  readonly focal35: number | null;
}

/** Sides of raw photos are reduced to this: a face in it is larger than any crop that is learned from. */
export const longestSide = 1600;
