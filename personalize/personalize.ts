import { Lpips } from './perceptual/lpips.js';
import type { Personalized, PersonalizeOptions } from './personalizeOptions.js';
import { findPersonStage } from './session/findPersonStage.js';
import { invertPhotosStage } from './session/invertPhotosStage.js';
import { PersonalizeSession, type SessionStage } from './session/personalizeSession.js';
import { sharedLookStage } from './session/sharedLookStage.js';
import { trainStage } from './session/trainStage.js';
import { defaultWeights } from './training/losses.js';
import type { Objective } from './training/objective.js';
import { expectGiven } from '../runtime/core/given.js';

export {
  efforts,
  keptExpressions,
  personSteps,
  type Effort,
  type Personalized,
  type PersonalizeOptions,
  type PersonalizeProgress,
} from './personalizeOptions.js';
export type { Curve, Stage } from './training/trainingState.js';

/** In order; each takes from the session what the earlier ones found, and does nothing where a resumed run is past it. */
const stages: readonly SessionStage[] = [findPersonStage, sharedLookStage, invertPhotosStage, trainStage];

/**
 * Learns a person from photographs whose cameras are known: one latent for all photos, an anchor for each, then low-rank
 * factors beside the frozen base (My3DGen, Qi 2025). Anchors move with the factors unless the method forbids it.
 * @throws AssetError without photos or for a state of another run; NumericError where a gradient is not finite; the
 *   signal's reason when it aborts before the training has begun
 */
export async function personalize(options: PersonalizeOptions): Promise<Personalized> {
  expectGiven('personalize', 'options', options);
  expectGiven('personalize', 'base', options.base);
  expectGiven('personalize', 'execution', options.execution);
  expectGiven('personalize: photos', 'photos', options.photos);
  const { execution, lpips, weights = defaultWeights } = options;
  if (!lpips || lpips.weight === 0) return learn(options, { weights });
  const perceptual = { lpips: new Lpips(execution, lpips.network), weight: lpips.weight };
  try {
    return await learn(options, { weights, perceptual });
  } finally {
    await perceptual.lpips.dispose();
  }
}

async function learn(options: PersonalizeOptions, objective: Objective): Promise<Personalized> {
  const session = await PersonalizeSession.open(options, objective);
  for (const stage of stages) await stage.run(session);
  return session.result();
}
