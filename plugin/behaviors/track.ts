import type { FaceContribution } from './contribution.js';
import type { ArkitAmounts } from '../arkitNames.js';

/** Something a face does that has a beginning and an end. */
export interface Track {
  /** Seconds. */
  readonly length: number;
  /** The face at a time, seconds from its beginning, 0..length. */
  at(time: number): ArkitAmounts;
  /** How head and eyes are turned then, where the track knows. */
  readonly turnAt?: (time: number) => Pick<FaceContribution, 'pose' | 'gaze'>;
}
