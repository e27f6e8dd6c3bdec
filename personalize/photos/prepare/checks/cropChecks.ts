import type { Square } from '../../faces/faceNets.js';
import type { Reason } from '../report.js';
import { above, below } from './limit.js';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/**
 * @param outside share of the crop that lies outside the photo
 * @param oval share of the face's outline that does
 */
export function checkCut(outside: number, oval: number): Reason | null {
  if (oval > 0) {
    const message = `The photo’s edge cuts the face (${percent(oval)} of its outline). Show the whole head.`;
    return { code: 'cut-off', message, severity: 'refuse' };
  }
  const message = `${percent(outside)} of the head’s square lie outside the photo; at most 15 %. Show the whole head.`;
  return above('cut-off', outside, { refuse: 0.15 }, message);
}

/** @param agreement see `PersonMatte` */
export function checkMatte(agreement: number): Reason | null {
  const message = `Person and background cannot be told apart (${percent(agreement)} agreed). Take it before a plainer background.`;
  return below('matte', agreement, { refuse: 0.65, warn: 0.8 }, message);
}

/**
 * @param crop of the person
 * @param region of the person's landmarks
 * @param others regions of the photo's other faces
 */
export function checkSecondFace(crop: Square, region: Square, others: readonly Square[]): Reason | null {
  const near = others.find(
    (other) =>
      other.side > 0.4 * region.side &&
      Math.max(Math.abs(other.cx - crop.cx), Math.abs(other.cy - crop.cy)) < 0.55 * crop.side,
  );
  if (!near) return null;
  const message = `A second face is too close (${percent(near.side / region.side)} of the size). Take it alone, or crop the photo.`;
  return { code: 'second-face', message, severity: 'refuse' };
}

/**
 * Without descriptors nobody knows whose the faces are: a second one of about the same size refuses the photo.
 * @param sides of all faces' regions, largest first
 */
export function checkRival(sides: readonly number[]): Reason | null {
  const [largest, second] = sides;
  if (largest === undefined || second === undefined || second <= 0.6 * largest) return null;
  const message = `Two faces are about equally large (${percent(second / largest)}). Crop the photo to the person.`;
  return { code: 'second-face', message, severity: 'refuse' };
}
