import type { Base } from '../runtime/checkpoint/base/base.js';
import type { PersonFile } from '../runtime/checkpoint/person/person.js';
import type { Execution } from '../runtime/execution/execution.js';
import type { Directions } from '../runtime/latent/directions.js';
import type { HeadProxy } from '../runtime/proxy/proxy.js';
import type { LpipsNetwork } from './perceptual/lpipsNetwork.js';
import type { Photo } from './photos/photo.js';
import type { AppearanceOptions } from './training/appearance/appearances.js';
import type { PhotoReliability } from './training/appearance/reliability.js';
import type { LossWeights } from './training/losses.js';
import type { Method } from './training/method.js';
import { fewestShared } from './training/sharedLook.js';
import type { Curve, Stage } from './training/trainingState.js';

/** Steps of the three stages. */
export interface Effort {
  /** On all photos together, to find the person. */
  readonly person: number;
  /** Of learning what all photos show alike, before each is read; 0 or absent, and with few photos: left out. */
  readonly shared?: number;
  /** On each photo, to find its anchor. */
  readonly photo: number;
  /** Of the training. */
  readonly training: number;
}

/** `draft` shows whether the photos are any good; `good` is what docs/results.md was measured with. */
export const efforts = {
  draft: { person: 100, shared: 150, photo: 16, training: 300 },
  good: { person: 200, shared: 300, photo: 40, training: 2000 },
} as const satisfies Record<string, Effort>;

/** One step of a run. */
export interface PersonalizeProgress {
  readonly stage: Stage;
  /** Of the stage. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Of the whole run, 0..1. */
  readonly fraction: number;
  /** Seconds left, as far as the steps so far tell; null before any. */
  readonly eta: number | null;
}

export interface PersonalizeOptions {
  readonly base: Base;
  readonly execution: Execution;
  /** A device for the ray-march; absent: the CPU. */
  readonly device?: GPUDevice;
  readonly photos: readonly Photo[];
  /** Of the base; with them expressions are found in photos, and the person's neutral latent is without. */
  readonly directions?: Directions;
  /** Of the base; what is learned of a person then moves along with the base's expressions. */
  readonly proxy?: HeadProxy;
  /**
   * Weight of keeping the base's expressions, see training/expressions/keepExpressions.ts; default `keptExpressions` where
   * there are directions. 0: they are left to chance.
   */
  readonly expressions?: number;
  /** Default `lora-1`. */
  readonly method?: Method;
  /** Default `efforts.good`. */
  readonly effort?: Effort;
  /** Largest resolution of the photos that is looked at; default 128. */
  readonly resolution?: number;
  readonly weights?: LossWeights;
  /** LPIPS beside the other terms, in inversion and in training, by a network that the user brought. */
  readonly lpips?: { readonly network: LpipsNetwork; readonly weight: number };
  /** Weight of identity between the anchors, see training/betweenAnchors.ts; default 0: it is left out. */
  readonly identity?: number;
  /**
   * The super-resolved image is compared too, and its network learned. Default: where the base has one, and every photo
   * is larger than its raw image.
   */
  readonly superresolution?: boolean;
  /** Anchors of an earlier run on the same photos and base, as `Personalized` gives them: the inversion is left out. */
  readonly anchors?: readonly Float32Array[];
  /** What of each photo is told apart from the person; default: its colours, and what in it is not them. */
  readonly appearances?: Partial<AppearanceOptions>;
  /**
   * Cameras move too, by a few degrees at most: where they were estimated. First all together, with how the head's frame lies
   * in the base's, which landmarks cannot see, then each with its photo. The file holds where they went.
   */
  readonly refineCameras?: boolean;
  /** W+ anchors. */
  readonly layered?: boolean;
  /** The same seed and photos give the same person on the same machine. Default "0". */
  readonly seed?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PersonalizeProgress) => void;
  /** Shows the person so far; called when it is found, after every photo, and now and then while training. */
  readonly onPreview?: (person: PersonFile) => Promise<void> | void;
  /** Training steps between previews; default 250. */
  readonly previewEvery?: number;
  /**
   * Gets bytes that `resume` takes; called after every photo, every 100 steps, and when the run ends or is stopped, whatever
   * it was at.
   */
  readonly onState?: (state: Uint8Array) => Promise<void> | void;
  /** Bytes from `onState` of a run with the same photos, base and settings. */
  readonly resume?: Uint8Array;
}

/** What a run learned. */
export interface Personalized {
  readonly person: PersonFile;
  /** false: stopped while training; the person is what was learned until then. */
  readonly completed: boolean;
  /** Mean loss of every fortieth of a stage's steps and its place in the run, of all runs that were continued together. */
  readonly curve: Curve;
  /** Coordinates of each photo's anchor, as inversion found them and before training moved them; see `LatentSpace`. */
  readonly inverted: readonly Float32Array[];
  /** Of all runs that were continued together. */
  readonly seconds: number;
  /** How well each photo shows the person, in order; photos with a cap, a hand or someone else in them count less. */
  readonly reliabilities: readonly PhotoReliability[];
}

/** Steps until each photo is read on its own. */
export const personSteps = ({ person, shared = 0 }: Effort, photos: number): number =>
  person + (photos < fewestShared ? 0 : shared);

/** Weight of keeping the base's expressions while learning, see docs/decisions/0056-expressions-kept.md. */
export const keptExpressions = 0.02;
