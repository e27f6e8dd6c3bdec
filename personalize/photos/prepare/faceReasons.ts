import type { LabelledView } from '../cameras/view.js';
import { checkSunglasses } from './checks/coverChecks.js';
import { checkCut } from './checks/cropChecks.js';
import { checkAsymmetry, checkFit, checkPose, checkSharpness, checkSize } from './checks/faceChecks.js';
import { checkBright, checkDark, checkGrey } from './checks/lightChecks.js';
import { eyeShade } from './measures/sunglasses.js';
import type { TextureRegions } from './measures/textureRegions.js';
import { insideMask, ovalOutside } from './outside.js';
import type { Reason } from './report.js';
import type { SeenFace, SeenPhoto } from './seePhoto.js';

/** A head of average shape fits a face less well than the person's own. */
const alone = { refuse: 0.025, warn: 0.018 };
/** Pixels that the share outside the photo is counted on. */
const coarse = 64;

export const given = (reasons: readonly (Reason | null)[]): Reason[] =>
  reasons.filter((reason): reason is Reason => reason !== null);

/** What a view says of a photo: it may be the face's own, or that of all photos together. */
export function viewReasons(photo: SeenPhoto, face: SeenFace, { yaw, pitch, crop }: LabelledView): Reason[] {
  const inside = insideMask(crop, coarse, photo.width, photo.height);
  const outside = 1 - inside.reduce((sum, is) => sum + is, 0) / inside.length;
  return given([
    checkSize(crop.side),
    checkPose(yaw, pitch),
    checkCut(outside, ovalOutside(face.landmarks.points, photo.width, photo.height)),
  ]);
}

/** What a face says of its photo alone. */
export function faceReasons(face: SeenFace, regions: TextureRegions): Reason[] {
  return given([
    checkSharpness(face.sharpness),
    checkFit(face.fit.view.error, alone),
    checkAsymmetry(face.landmarks.asymmetry),
    checkSunglasses(eyeShade(face.texture, regions)),
    checkDark(face.light),
    checkBright(face.light),
    checkGrey(face.light),
  ]);
}
