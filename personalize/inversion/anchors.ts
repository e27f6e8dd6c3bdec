import { Random } from '../training/random.js';
import { cosineRate } from '../training/schedule.js';
import type { Target } from '../training/target.js';
import type { Keeping } from '../training/trainingState.js';
import { fitLatent, type Fitting } from './fitLatent.js';
import type { SharedMotion } from './sharedMotion.js';
import type { RefinedCamera } from './refineCamera.js';

/** A fitting whose random numbers are drawn anew for every photo, so that a run can be continued at any of them. */
export type SeededFitting = Omit<Fitting, 'random'> & { readonly seed: string };

export interface StageOptions {
  readonly steps: number;
  readonly keeping?: Keeping;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number) => void;
}

export interface PersonOptions extends StageOptions {
  /** Gives the head the hair that it has; descent alone never leaves the mean's. */
  readonly restyle?: (v: Float32Array) => Promise<Float32Array>;
  /** How the head's frame lies in the base's, found with it; absent: cameras tell. */
  readonly motion?: SharedMotion;
}

/** Where in its steps the person's hair is tried, as a share: the face is about right by then, and has time to settle after. */
const hairAt = 0.4;

/**
 * One latent for all photos of a person: started at the mean face, at low resolution first. What it finds is what no photo
 * need find again.
 * @returns v [wDim]
 */
export function findPerson(
  fitting: SeededFitting,
  targets: readonly Target[],
  { restyle, ...options }: PersonOptions,
): Promise<Float32Array> {
  const random = new Random(`${fitting.seed}:person`);
  return fitLatent(
    { ...fitting, random },
    () => targets[random.integer(targets.length)]!,
    new Float32Array(fitting.latent.layout.wDim),
    {
      ...options,
      ...(restyle ? { change: { at: Math.floor(hairAt * options.steps), to: restyle } } : {}),
      resolution: (share) => (share < 0.5 ? 32 : 64),
      rate: cosineRate(0.1, 0.2),
    },
  );
}

/**
 * EG3D inversion of one photo on the frozen network: its anchor.
 * @param start v [wDim] of the person or of a neighbour
 * @param layered W+: a latent for every layer
 * @param camera moves with the latent; absent: the photo's stays
 * @returns v [wDim], or [numWs, wDim] where layered
 */
export function invertPhoto(
  fitting: SeededFitting,
  target: Target,
  start: Float32Array,
  { layered = false, ...options }: StageOptions & { readonly layered?: boolean; readonly camera?: RefinedCamera },
): Promise<Float32Array> {
  const { numWs, wDim } = fitting.latent.layout;
  const rows = layered ? numWs : 1;
  return fitLatent(
    { ...fitting, random: new Random(`${fitting.seed}:photo ${target.name}`) },
    () => target,
    Float32Array.from({ length: rows * wDim }, (_, i) => start[i % start.length]!),
    {
      ...options,
      resolution: (share) => (share < 0.4 ? 32 : 64),
      rate: cosineRate(0.08, 0.2, 0.05),
      patience: 0.002,
    },
  );
}
