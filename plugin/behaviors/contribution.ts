import type { ArkitAmounts } from '../arkitNames.js';
import type { HeadPose } from './expressive.js';
import type { Gaze } from './gaze.js';

/** What one behaviour adds to a head: to its own values and to what other behaviours add. */
export interface FaceContribution {
  readonly expression?: ArkitAmounts;
  readonly pose?: Readonly<Partial<HeadPose>>;
  /** Turns of the eyes, which become `eyeLook…` amounts when all contributions are known. */
  readonly gaze?: Gaze;
}

/** Gives a contribution anew for every frame. */
export interface FaceSource {
  /**
   * @param seconds since the frame before
   * @param pose how the head is turned now, all contributions included
   */
  advance(seconds: number, pose: Readonly<HeadPose>): FaceContribution;
}
