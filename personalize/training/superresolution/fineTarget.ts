import type { Base } from '../../../runtime/checkpoint/base/base.js';
import type { Photo } from '../../photos/photo.js';
import { areaAverage } from '../../photos/shrink.js';
import { targetOf, type Target } from '../target.js';
import { fineLayout } from './fineLayout.js';

/** Side of the image that the base's super-resolution makes, pixels; null where it has none. */
function fineSide(base: Base): number | null {
  if (!base.config.superresolution) return null;
  const { side, scale } = fineLayout(base, Infinity);
  return side * scale;
}

/** Side at which a photo is compared: the fine image's, halved until the photo is no smaller. */
function comparedSide(fine: number, photo: number): number {
  let side = fine;
  while (side > photo && side % 2 === 0) side /= 2;
  return side;
}

/**
 * Can the base's super-resolved image be compared with all these photos? They must be larger than its raw image: others
 * tell no more than that does.
 */
export function canCompareFine(base: Base, photos: readonly Photo[]): boolean {
  const fine = fineSide(base);
  const raw = base.config.neuralRenderingResolution;
  if (fine === null || fine % raw !== 0) return false;
  return photos.every(({ image }) => {
    const side = comparedSide(fine, image.dims.at(-1)!);
    return side <= image.dims.at(-1)! && side > raw && side % raw === 0;
  });
}

/** A photo whose first level's side divides the fine image's, and which has one of the raw image's side. */
export function fineTarget(base: Base, photo: Photo): Target {
  const side = comparedSide(fineSide(base)!, photo.image.dims.at(-1)!);
  const { image, mask } = photo;
  return targetOf({ ...photo, image: areaAverage(image, side), mask: mask && areaAverage(mask, side) });
}
