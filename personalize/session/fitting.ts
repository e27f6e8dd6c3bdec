import { frozen } from '../../runtime/network/parameters.js';
import type { SeededFitting } from '../inversion/anchors.js';
import { DifferentiableHead } from '../training/differentiableHead.js';
import type { Target } from '../training/target.js';
import { adaptationOf, feedsOf, type Trainable } from '../training/trainables.js';
import type { PersonalizeSession } from './personalizeSession.js';
import { patch, prior } from './plan.js';

/** Opens a head that latents are fitted with, beside the base what is learned so far, for as long as `body` takes. */
export async function withFitting<T>(
  session: PersonalizeSession,
  adapted: readonly Trainable[],
  body: (fitting: SeededFitting) => Promise<T>,
): Promise<T> {
  const { appearances, latent, objective, settings, targets } = session;
  const { refineCameras, seed } = session.settled;
  const head = await DifferentiableHead.create({
    ...session.looking,
    ...{ adaptation: adapted.length > 0 ? adaptationOf(adapted) : frozen, wrt: ['ws'], rays: refineCameras },
  });
  try {
    const view = (target: Target) => appearances.of(targets.indexOf(target));
    const fitting = { head, variables: feedsOf(adapted), latent, settings, ...objective, prior, patch, seed };
    return await body({ ...fitting, view });
  } finally {
    await head.dispose();
  }
}
