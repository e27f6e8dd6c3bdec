import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import type { FaceLandmarks, Square } from '../../faces/faceNets.js';
import type { BitmapPyramid } from '../../faces/bitmapPyramid.js';
import { cutSquare } from '../../faces/sampleSquare.js';

/** Side of the patch that faces are judged by, pixels. */
export const patchSide = 128;

/** The landmark net's region is this many times the landmarks' box. */
const regionScale = 1.5;

/** The square about a face's landmarks, upright with the face. */
export function faceSquare({ region }: FaceLandmarks): Square {
  return { ...region, side: region.side / regionScale };
}

/** A face, upright, at one size whatever its size in the photo: what sharpness, light and twins are measured on. */
export function facePatch(pyramid: BitmapPyramid, landmarks: FaceLandmarks): Bitmap {
  return cutSquare(pyramid, faceSquare(landmarks), patchSide);
}

/** @returns [2 * points]: where landmarks lie in a patch of this square, pixels */
export function toPatch(points: Float32Array, square: Square, side = patchSide): Float32Array {
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  const scale = side / square.side;
  const out = new Float32Array((points.length / 3) * 2);
  for (let i = 0; i < out.length / 2; i++) {
    const [dx, dy] = [points[3 * i]! - square.cx, points[3 * i + 1]! - square.cy];
    out[2 * i] = side / 2 + scale * (cos * dx + sin * dy);
    out[2 * i + 1] = side / 2 + scale * (cos * dy - sin * dx);
  }
  return out;
}

/** Luminance 0..255 of every pixel (Rec. 601). */
export function luminance({ data }: Bitmap): Float32Array {
  return Float32Array.from(
    { length: data.length / 4 },
    (_, i) => 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!,
  );
}
