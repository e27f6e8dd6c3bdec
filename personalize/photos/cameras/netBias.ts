import { anglesOfRotation } from './viewAngles.js';
import type { FreeView } from './pointTerms.js';
import { fittedView } from './freeViews.js';

/**
 * What the landmark net sees wrongly, by habit: it has learned from selfies, draws every face with nearly their perspective,
 * and turns heads too little. Measured on renders of known cameras; docs/decisions/0054-photo-cameras.md.
 */
export interface NetBias {
  /** Yaw gains this times its cube, radians. */
  readonly yawCube: number;
  /** Inverse distance, 1 / world units, of photos as people take them. */
  readonly typical: number;
  /** What the landmarks of such a photo seem to say. */
  readonly seeming: number;
  /** How much of a difference from `seeming` to believe: the net shows a third of it, and people differ as much. */
  readonly gain: number;
}

export const netBias: NetBias = { yawCube: 0.18, typical: 0.55, seeming: 0.95, gain: 0.9 };

/** Inverse distances that photos have: 4 units are 1.8 metres, beyond which perspective hardly changes; .7 are 32 cm. */
const [farthest, nearest] = [1 / 4, 1 / 0.7];

/**
 * Distances to believe, from those that landmarks seem to say.
 * @param views fitted with free distances, all of one person
 * @returns world units
 */
export function believedDistances(views: readonly FreeView[], bias: NetBias): readonly number[] {
  const trusts = views.map((view) => {
    const { yaw } = anglesOfRotation(fittedView(view, 0).rotation);
    // Turned away, the hidden side is guessed, and perspective with it.
    return Math.min(1, Math.max(0, (40 - Math.abs(yaw)) / 15));
  });
  const total = trusts.reduce((sum, trust) => sum + trust, 0);
  const sum = views.reduce((all, { distance }, i) => all + trusts[i]! / distance, 0);
  const mean = total > 0 ? sum / total : bias.seeming;
  return views.map(({ distance }, i) => {
    const seems = mean + trusts[i]! * (1 / distance - mean);
    const inverse = bias.typical + bias.gain * (seems - bias.seeming);
    return 1 / Math.min(nearest, Math.max(farthest, inverse));
  });
}
