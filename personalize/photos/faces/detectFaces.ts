import { detectIn, type Detector } from './detectionNet.js';
import type { DetectedFace, ReadOptions, Square } from './faceNets.js';
import { mergeFaces } from './mergeFaces.js';
import type { BitmapPyramid } from './bitmapPyramid.js';
import { squareOf } from './square.js';

export interface Detectors {
  readonly fullRange: Detector;
  readonly shortRange: Detector;
}

/** Scores from here on end the search in turned pictures. */
const sureScore = 0.75;
/** Turned pictures get a margin: a face at an edge is found better. */
const turnedFactor = 1.1;
const turns = [Math.PI / 2, -Math.PI / 2, Math.PI];

/** A face this sure and this wide, in parts of the picture's longer side, ends the search for small ones. */
const large = { score: 0.6, width: 0.12 };
/** Pictures up to this many pixels hold no face that only a tile shows. */
const leastTiled = 500;

/** Overlapping squares of half the longer side that lie in the picture as far as they can. */
export function tilesOf({ width, height }: { readonly width: number; readonly height: number }): Square[] {
  const side = Math.max(width, height) / 2;
  const middles = (length: number): number[] => {
    if (length <= side) return [length / 2];
    const count = Math.ceil((length - side) / (0.6 * side)) + 1;
    return Array.from({ length: count }, (_, i) => side / 2 + ((length - side) * i) / (count - 1));
  };
  return middles(height).flatMap((cy) => middles(width).map((cx) => ({ cx, cy, side, angle: 0 })));
}

/**
 * All faces of a picture: looks at the whole, with a second net for close faces; where it is not sure, at the picture turned
 * a quarter, back and upside down; where no face is large, at tiles. Best first.
 */
export async function detectFaces(
  { fullRange, shortRange }: Detectors,
  pyramid: BitmapPyramid,
  { quick = false }: ReadOptions = {},
): Promise<readonly DetectedFace[]> {
  const picture = pyramid.levels[0]!;
  const whole = squareOf(picture);
  const found = await detectIn(fullRange, pyramid, whole);
  found.push(...(await detectIn(shortRange, pyramid, whole)));
  if (quick) return mergeFaces(found);
  found.push(...(await detectIn(shortRange, pyramid, squareOf(picture, 1.4))));
  if (!found.some(({ score }) => score > sureScore)) {
    for (const angle of turns) {
      found.push(...(await detectIn(fullRange, pyramid, { ...squareOf(picture, turnedFactor), angle })));
    }
  }
  const isLarge = ({ score, box }: DetectedFace): boolean =>
    score > large.score && box.width > large.width * whole.side;
  if (whole.side > leastTiled && !found.some(isLarge)) {
    for (const tile of tilesOf(picture)) found.push(...(await detectIn(fullRange, pyramid, tile)));
  }
  return mergeFaces(found);
}
