import type { Square } from '../faces/faceNets.js';
import { makePyramid, type BitmapPyramid } from '../faces/bitmapPyramid.js';
import { cutSquare } from '../faces/sampleSquare.js';

/**
 * What is kept of a photo: the neighbourhood of a face, turned as the face is. Crops can be taken from it again and again
 * while the photo itself is gone.
 */
export interface FaceCut {
  /** Of the photo. */
  readonly square: Square;
  /** The square's pixels; where the photo ends its edge is repeated. */
  readonly pyramid: BitmapPyramid;
}

/** Sides of the cut in sides of the crop: the matte's wide context and room for the joint fit to move. */
const reach = 1.8;
/** Pixels that are kept for one of the final crop. */
const detail = 1.4;

/**
 * @param crop of the photo, as the face alone tells
 * @param size of the final crop, pixels
 */
export function cutFace(photo: BitmapPyramid, crop: Square, size: number): FaceCut {
  const square = { ...crop, side: crop.side * reach };
  const side = Math.max(1, Math.round(Math.min(square.side, reach * detail * size)));
  const { width, height, data } = cutSquare(photo, square, side);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { square, pyramid: makePyramid({ width, height, data }) };
}

/** A square of the photo in pixels of the cut. */
export function inCut({ square, pyramid }: FaceCut, of: Square): Square {
  const scale = pyramid.levels[0]!.width / square.side;
  const [dx, dy] = [of.cx - square.cx, of.cy - square.cy];
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  return {
    cx: (square.side / 2 + cos * dx + sin * dy) * scale,
    cy: (square.side / 2 + cos * dy - sin * dx) * scale,
    side: of.side * scale,
    angle: of.angle - square.angle,
  };
}
