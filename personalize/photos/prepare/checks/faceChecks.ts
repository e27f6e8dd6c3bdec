import type { Reason } from '../report.js';
import { above, below, type Limits } from './limit.js';

/** Of a fit of all photos together, crop sides. */
const fitLimits: Limits = { refuse: 0.02, warn: 0.01 };

/** @param side of the crop, pixels of the photo as it was filed; the head is three quarters of it */
export function checkSize(side: number): Reason | null {
  const message = `The face is small: ${Math.round(side)} pixels for the head’s square; at least 110, better 256. Come closer.`;
  return below('small', side, { refuse: 110, warn: 200 }, message);
}

/** @param sharpness `faceSharpness` of the face's patch */
export function checkSharpness(sharpness: number): Reason | null {
  const message = `The face is out of focus or moved (sharpness ${sharpness.toFixed(0)}; at least 15, better 40). Hold still, with more light.`;
  return below('blurred', sharpness, { refuse: 15, warn: 40 }, message);
}

/** @param error of the fit, crop sides */
export function checkFit(error: number, limits = fitLimits): Reason | null {
  const message = `The face’s points do not fit a head (${percent(error)} of the picture off; usual is 0.5 %). Is something before the face, or is it a drawing?`;
  return above('fit', error, limits, message);
}

/** @param asymmetry see `FaceLandmarks` */
export function checkAsymmetry(asymmetry: number): Reason | null {
  const message = `The mirrored photo gives another face (${percent(asymmetry)} apart). Is something before the face?`;
  return above('asymmetric', asymmetry, { refuse: 0.02, warn: 0.012 }, message);
}

/** @param yaw degrees, @param pitch degrees */
export function checkPose(yaw: number, pitch: number): Reason | null {
  const turned = Math.abs(yaw) > 50 || Math.abs(pitch) <= 40;
  const message = turned
    ? `The head is turned ${Math.abs(yaw).toFixed(0)}° to the side; beyond 65° the face is not seen. Turn less.`
    : `The head is tilted ${Math.abs(pitch).toFixed(0)}° ${pitch > 0 ? 'down' : 'up'}; beyond 40° the face is not seen. Tilt less.`;
  const [sideways, nodded] = [
    above('turned', Math.abs(yaw), { refuse: 65, warn: 50 }, message),
    above('turned', Math.abs(pitch), { refuse: 40 }, message),
  ];
  return nodded ?? sideways;
}

/** @param distance of the face's descriptor to the person's centroid */
export function checkPerson(distance: number): Reason | null {
  const message =
    distance > 0.55
      ? `It shows somebody else (${distance.toFixed(2)} from the person; at most 0.55).`
      : `It may show somebody else (${distance.toFixed(2)} from the person, usual is 0.35). Look at it.`;
  return above('other-person', distance, { refuse: 0.55, warn: 0.5 }, message);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
