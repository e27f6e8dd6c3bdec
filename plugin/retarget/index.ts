/** Faces that were recorded, tracked or written for others, on a head. */
export { retargetAnimationGroup, type RetargetOptions } from './retarget.js';
export { headTargetConverter } from './targetConverter.js';
export { importFaceClipsAsync } from './importFaceClips.js';
export { faceClipAnimationGroup, type FaceClip, type FaceClipOptions } from './faceClip.js';
export { expressionOfBlendShapes, expressionOfCategories } from './faceTracking.js';
export type { BlendshapeCategory, GivenAmounts } from '../vocabulary/givenAmounts.js';
export { FACE_NAMES, faceAmountsOf } from '../vocabulary/faceNames.js';
export { vrmAmounts, type VrmPreset } from '../vocabulary/vrm.js';
