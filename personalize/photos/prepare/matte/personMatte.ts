import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import type { FaceNets, Square } from '../../faces/faceNets.js';
import type { BitmapPyramid } from '../../faces/bitmapPyramid.js';
import { luminance } from '../measures/facePatch.js';
import { keepComponent } from './faceComponent.js';
import { guidedFilter } from './guidedFilter.js';

/** Where the person is on a crop. */
export interface PersonMatte {
  /** [side, side], 0..1 */
  readonly alpha: Float32Array;
  /** 1 - mean difference of the two contexts' mattes: below .8 the net does not know. */
  readonly agreement: number;
}

/** Side of the net's output. */
const netSide = 256;
/** The second look is at this many times the crop. */
const wideContext = 1.6;
/** Coverage up to which a pixel is nobody, and from which it is the person altogether. */
const stretch = [0.1, 0.9] as const;
/** Of the crop's side: the face reaches over this part about the middle, where the head's origin is seen. */
const faceReach = { left: 0.46, right: 0.54, top: 0.4, bottom: 0.62 };

/**
 * The matte of a crop: the net's answers for the crop and for a wider one are averaged, regions without the face are left
 * out, and edges are brought to those of the picture.
 * @param pyramid of the picture that `square` is in
 * @param crop the square as it is learned from, `side` pixels
 */
export async function personMatte(
  nets: Pick<FaceNets, 'matte'>,
  pyramid: BitmapPyramid,
  square: Square,
  crop: Bitmap,
): Promise<PersonMatte> {
  const side = crop.width;
  const close = resample(await nets.matte(pyramid, square), 1, side);
  const wide = resample(await nets.matte(pyramid, { ...square, side: square.side * wideContext }), wideContext, side);
  let difference = 0;
  const mean = close.map((value, i) => {
    difference += Math.abs(value - wide[i]!);
    return (value + wide[i]!) / 2;
  });
  keepComponent(mean, side, faceSeeds(side));
  const guide = luminance(crop).map((value) => value / 255);
  // The radius was measured at 256 pixels.
  const radius = Math.max(1, Math.round((6 * side) / 256));
  const [low, high] = stretch;
  const alpha = guidedFilter(mean, guide, side, { radius, epsilon: 4e-4 });
  return {
    alpha: alpha.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low)))),
    agreement: 1 - difference / mean.length,
  };
}

/**
 * The middle of what the net saw, bilinear.
 * @param context what it saw, in crops
 */
function resample(matte: Float32Array, context: number, side: number): Float32Array {
  if (context === 1 && side === netSide) return Float32Array.from(matte);
  const places = Array.from({ length: side }, (_, i) => {
    const u = (((i + 0.5) / side - 0.5) / context + 0.5) * netSide - 0.5;
    const first = Math.min(netSide - 2, Math.max(0, Math.floor(u)));
    return { first, share: Math.min(1, Math.max(0, u - first)) };
  });
  const out = new Float32Array(side * side);
  places.forEach((row, y) => {
    places.forEach((column, x) => {
      const at = row.first * netSide + column.first;
      const top = matte[at]! * (1 - column.share) + matte[at + 1]! * column.share;
      const bottom = matte[at + netSide]! * (1 - column.share) + matte[at + netSide + 1]! * column.share;
      out[y * side + x] = top * (1 - row.share) + bottom * row.share;
    });
  });
  return out;
}

function* faceSeeds(side: number): Iterable<number> {
  for (let y = Math.round(faceReach.top * side); y < faceReach.bottom * side; y++) {
    for (let x = Math.round(faceReach.left * side); x < faceReach.right * side; x++) yield y * side + x;
  }
}
