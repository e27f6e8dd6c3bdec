/** What makes heads alive: all off until added to a head with `addBehavior`. */
export type { FaceContribution } from './contribution.js';
export type { Expressive, HeadPose } from './expressive.js';
export type { EyeTurn, Gaze } from './gaze.js';
export { FaceBehavior } from './faceBehavior.js';
export { showOwnFace } from './faceMixer.js';
export { BlinkBehavior, type BlinkOptions } from './blinkBehavior.js';
export { IdleBehavior, type IdleOptions } from './idleBehavior.js';
export { LookAtBehavior, type LookAtOptions } from './lookAtBehavior.js';
export type { LookAtTarget } from './lookAtTarget.js';
export { LipSyncBehavior, type AudioOptions, type LipSyncOptions, type PlayOptions } from './lipSyncBehavior.js';
export type { VoiceSource } from './audioMouth.js';
export type { BlendshapeFrame, BlendshapeFrames } from './frameTrack.js';
export { framesOfFaceCsv } from './faceCsv.js';
export { timelineOfEvents, type VisemeEvent, type VisemeTimeline } from './visemeTrack.js';
export { VISEMES, visemeAmounts, visemeOf, type Viseme } from '../vocabulary/visemes.js';
export { EMOTIONS, emotionAmounts, type Emotion } from '../vocabulary/emotions.js';
export { mixAmounts } from '../vocabulary/mixAmounts.js';
