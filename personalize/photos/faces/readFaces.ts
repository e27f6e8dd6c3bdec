import type { DetectedFace, FaceLandmarks, FaceNets } from './faceNets.js';
import type { BitmapPyramid } from './bitmapPyramid.js';

/** A face of a photo with its landmarks. */
export interface ReadFace {
  readonly detected: DetectedFace;
  readonly landmarks: FaceLandmarks;
}

/** Of a crowd no more are read. */
const mostFaces = 6;
/** Pixels; smaller ones are in nobody's way. */
const leastSide = 20;
/** Two faces whose middles are nearer than this part of a region's side are the same, found by two nets. */
const sameFace = 0.4;

/** The faces of a photo with their landmarks, each once. Best first. */
export async function readFaces(nets: FaceNets, pyramid: BitmapPyramid): Promise<ReadFace[]> {
  const faces: ReadFace[] = [];
  const detected = await nets.detect(pyramid);
  const large = detected.filter(({ box }) => Math.max(box.width, box.height) >= leastSide);
  for (const face of large.slice(0, mostFaces)) {
    const landmarks = await nets.landmarks(pyramid, face);
    if (!landmarks) continue;
    const { region } = landmarks;
    const isKnown = faces.some(({ landmarks: { region: other } }) => {
      const distance = Math.hypot(region.cx - other.cx, region.cy - other.cy);
      return distance < sameFace * Math.max(region.side, other.side);
    });
    if (!isKnown) faces.push({ detected: face, landmarks });
  }
  return faces;
}
