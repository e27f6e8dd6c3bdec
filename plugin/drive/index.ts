/** Faces that programs drive, here and through networks. */
export { Drive } from './drive.js';
export { DriveBehavior, emotionTimes, type Driven, type DriveTimes } from './driveBehavior.js';
export type { FaceState } from './faceState.js';
export { facePacketBytes, readFacePacket, writeFacePacket, type FacePacket } from './facePacket.js';
export { FacePacketPlayer, type FacePacketPlayerOptions } from './facePacketPlayer.js';
