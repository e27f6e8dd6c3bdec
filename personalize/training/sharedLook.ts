import { methods } from './method.js';
import { PersonLearner, type LearnerParts, type LearningPlan } from './personLearner.js';
import { trainables, type Trainable } from './trainables.js';
import { keepEvery, type Keeping } from './trainingState.js';

/**
 * What is learned of a person before their photos are read: the same numbers as the default method's. Anchors stay, since all
 * photos have one.
 */
export const sharedMethod = { ...methods.get('lora-1')!, anchors: false };

/**
 * Photos below which what all share is not taken for the person's own: of a few, all may smile.
 */
export const fewestShared = 10;

/** Largest resolution that is looked at, pixels: what is read from photos afterwards is read at half of it. */
const resolution = 128;

export interface SharedLookOptions {
  readonly keeping?: Keeping;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number) => void;
}

/**
 * Learns what all photos show alike from one latent for all of them, so that it is not read as an expression of each: on the
 * base alone a beard passes for a smile, and the person's own smile then has nothing left to move.
 * @param starts v [wDim] of each photo: the person's, with the photo's hair
 * @param plan of the training; its steps are these
 * @returns what was learned; to be read with, not to be kept
 * @throws the signal's reason when it aborts
 */
export async function learnSharedLook(
  parts: Omit<LearnerParts, 'method' | 'anchors' | 'plan' | 'fineTargets'>,
  starts: readonly Float32Array[],
  plan: LearningPlan,
  { keeping, signal, onStep }: SharedLookOptions = {},
): Promise<readonly Trainable[]> {
  const learner = await PersonLearner.create({
    ...parts,
    method: sharedMethod,
    anchors: starts,
    plan: { ...plan, resolution: Math.min(plan.resolution, resolution), identity: 0, cameraRate: 0 },
  });
  try {
    if (keeping?.resume) learner.restore(keeping.resume);
    const first = learner.step;
    while (learner.step < plan.steps) {
      if (learner.step > first && (signal?.aborted === true || learner.step % keepEvery === 0)) {
        await keeping?.keep({ ...learner.state(), losses: [], camera: null });
      }
      signal?.throwIfAborted();
      onStep?.(learner.step, await learner.next());
    }
    return learner.trainables;
  } finally {
    await learner.dispose();
  }
}

/** The same from values that a state kept. */
export function restoreSharedLook(
  base: LearnerParts['base'],
  seed: string,
  kept: ReadonlyMap<string, Float32Array>,
): readonly Trainable[] {
  return trainables(base, sharedMethod, seed).map((each) => ({ ...each, values: kept.get(each.input) ?? each.values }));
}
