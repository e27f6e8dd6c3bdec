/**
 * How a head is turned about its neck, radians, 0: straight ahead. Seen from the head itself: it nods and turns as its
 * owner would say.
 */
export interface HeadPose {
  /** Positive: the face turns to the head's own left (local +x). */
  yaw: number;
  /** Positive: the face looks up. */
  pitch: number;
  /** Positive: the crown tips towards the head's own left shoulder (local +x). */
  roll: number;
}

/** All that behaviours need of a head. Anything that has it can be looked, blinked and spoken with. */
export interface Expressive {
  /** Amounts by ARKit name, 0..1; setting one takes effect. Names that a head lacks are absent. */
  readonly expression: Record<string, number>;
  /** Setting an angle takes effect. */
  readonly pose: HeadPose;
}
