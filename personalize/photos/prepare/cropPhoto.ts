import type { LabelledView } from '../cameras/view.js';
import { cutSquare } from '../faces/sampleSquare.js';
import type { Photo } from '../photo.js';
import { inCut, type FaceCut } from './faceCut.js';
import { personMatte } from './matte/personMatte.js';
import { insideMask } from './outside.js';
import type { Seeing, SeenPhoto } from './seePhoto.js';

/** What is learned from, and how sure its matte is. */
export interface CroppedPhoto {
  readonly crop: Pick<Photo, 'image' | 'mask'>;
  /** See `PersonMatte`. */
  readonly agreement: number;
}

/** Cuts the head out of a photo as its camera sees it, with its matte; what lies outside the photo is nobody. */
export async function cropPhoto(
  { nets, size }: Pick<Seeing, 'nets' | 'size'>,
  { width, height }: Pick<SeenPhoto, 'width' | 'height'>,
  cut: FaceCut,
  { crop: square }: LabelledView,
): Promise<CroppedPhoto> {
  const place = inCut(cut, square);
  const picture = cutSquare(cut.pyramid, place, size);
  const { alpha, agreement } = await personMatte(nets, cut.pyramid, place, picture);
  const inside = insideMask(square, size, width, height);
  const pixels = size * size;
  const image = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) image[c * pixels + i] = picture.data[4 * i + c]! / 127.5 - 1;
    if (inside[i] === 0) alpha[i] = 0;
  }
  return {
    crop: { image: { dims: [3, size, size], data: image }, mask: { dims: [1, size, size], data: alpha } },
    agreement,
  };
}
