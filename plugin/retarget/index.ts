/** Faces that were recorded, tracked or written for others, on a head. */
export { retargetAnimationGroup, type RetargetOptions } from './retarget.js';
export { headTargetConverter } from './targetConverter.js';
export { importFaceClipsAsync } from './importFaceClips.js';
export { expressionOfBlendShapes, expressionOfCategories, type BlendshapeCategory } from './faceTracking.js';
export { vrmAmounts, type VrmPreset } from './vrm.js';
