import type { Picture } from '../../../runtime/core/picture.js';

/** A picture and its halves, down to about 64 pixels: what large regions are sampled from without aliasing. */
export interface PicturePyramid {
  /** From the picture itself to the smallest. */
  readonly levels: readonly Picture[];
}
