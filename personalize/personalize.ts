import type { Camera } from '../runtime/camera/camera.js';
import type { Base } from '../runtime/checkpoint/base.js';
import type { PersonFile } from '../runtime/checkpoint/person.js';
import { AssetError } from '../runtime/core/errors.js';
import type { Execution } from '../runtime/execution/execution.js';
import { neutralize, type Directions } from '../runtime/latent/directions.js';
import { networkLayout } from '../runtime/network/layout.js';
import { frozen } from '../runtime/network/parameters.js';
import type { Proxy } from '../runtime/proxy/proxy.js';
import type { RenderSettings } from '../runtime/render/settings.js';
import { findPerson, invertPhoto, type SeededFitting } from './inversion/anchors.js';
import {
  chooseStyles,
  compareStyles,
  decodeStyles,
  encodeStyles,
  hairStylesOf,
  withStyle,
  type ChosenStyles,
} from './inversion/hairStyles.js';
import { LatentSpace } from './inversion/latentSpace.js';
import { levelExpressions } from './inversion/neutralLevel.js';
import { Lpips } from './perceptual/lpips.js';
import type { LpipsNetwork } from './perceptual/lpipsNetwork.js';
import { RefinedCamera } from './inversion/refineCamera.js';
import { SharedMotion } from './inversion/sharedMotion.js';
import { anchorTensors } from './personTensors.js';
import type { Photo } from './photos/photo.js';
import { runKey } from './runKey.js';
import { Appearances, type AppearanceOptions } from './training/appearance/appearances.js';
import type { PhotoReliability } from './training/appearance/reliability.js';
import { DifferentiableHead } from './training/differentiableHead.js';
import { defaultWeights, type LossWeights } from './training/losses.js';
import { isFrozen, methods, type Method } from './training/method.js';
import type { Objective } from './training/objective.js';
import { PersonLearner } from './training/personLearner.js';
import { canCompareFine, fineTarget } from './training/superresolution/fineTarget.js';
import { fewestShared, learnSharedLook, restoreSharedLook, sharedMethod } from './training/sharedLook.js';
import { targetOf, type Target } from './training/target.js';
import { trainingSettings } from './training/trainingSettings.js';
import { adaptationOf, feedsOf, personOf, type Trainable } from './training/trainables.js';
import {
  decodeState,
  encodeState,
  type Curve,
  type Keeping,
  type Stage,
  type TrainingState,
  type Unfinished,
} from './training/trainingState.js';

export type { Curve, Stage } from './training/trainingState.js';

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
  readonly proxy?: Proxy;
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

/** Weight of keeping the base's expressions while learning, see docs/decisions/expressions-kept.md. */
export const keptExpressions = 0.02;

const prior = 1e-3;
const patch = 32;
const anchorRate = 0.02;
const cameraRate = 0.0005;
/** Of the patches; the others lie over the head. */
const anywhere = 1 / 8;

/**
 * Learns a person from photographs whose cameras are known: one latent for all photos, an anchor for each, then low-rank
 * factors beside the frozen base (My3DGen, Qi 2025). Anchors move with the factors unless the method forbids it.
 * @throws AssetError without photos or for a state of another run; NumericError where a gradient is not finite; the
 *   signal's reason when it aborts before the training has begun
 */
export async function personalize(options: PersonalizeOptions): Promise<Personalized> {
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
  const { base, execution, device, photos, signal, method = methods.get('lora-1')!, effort = efforts.good } = options;
  const { resolution = 128, layered = false, seed = '0', identity = 0 } = options;
  const { refineCameras = false, expressions: kept = keptExpressions, proxy } = options;
  const apart: AppearanceOptions = { colors: true, reliability: true, ...options.appearances };
  const isFine = requireSuperresolution(options);
  if (photos.length === 0) {
    throw new AssetError(
      'personalize/photos',
      'personalize: expected at least one photo, got none. Choose more photos.',
    );
  }
  const key = await runKey(base, photos, {
    method: method.name,
    effort,
    resolution,
    weights: objective.weights,
    layered,
    seed,
    refineCameras,
    appearances: apart,
    ...(options.directions ? { expressions: [...options.directions.directions.keys()], kept: [kept, !!proxy] } : {}),
    // Said only where they are used, so that states of runs without them stay good.
    ...(objective.perceptual ? { lpips: [options.lpips!.network.hash, objective.perceptual.weight] } : {}),
    ...(identity > 0 ? { identity, neutral: [...(options.directions?.neutral.keys() ?? [])] } : {}),
    ...(isFine ? { superresolution: true } : {}),
  });
  const saved = options.resume ? await decodeState(options.resume, key) : null;
  const run = new Run(options, effort, photos.length, saved);
  const state = (changes: Partial<TrainingState>): Uint8Array =>
    encodeState({
      key,
      person,
      anchors,
      shared: null,
      training: null,
      unfinished: null,
      seconds: run.seconds(),
      cameras,
      curve: run.curve,
      pending: run.pending,
      appearances: appearances.state(),
      styles: chosen && encodeStyles(chosen),
      motion: motion?.values ?? null,
      ...changes,
    });

  const latent = await LatentSpace.measure(base, execution, options.directions);
  const settings = trainingSettings(base);
  const targets = photos.map(targetOf);
  const appearances = new Appearances(targets, apart);
  if (saved) appearances.restore(saved.appearances);
  let person = saved?.person ?? null;
  const motion = refineCameras ? new SharedMotion(saved?.motion ?? undefined) : null;
  /** Once the person is found, photos are seen from where the person's own frame has their cameras. */
  const moveCameras = (): void => {
    if (motion) targets.forEach((target, i) => (targets[i] = { ...target, camera: motion.of(target.camera) }));
  };
  if (person) moveCameras();
  const styles = hairStylesOf(options.directions);
  let chosen: ChosenStyles | null = saved?.styles ? decodeStyles(saved.styles) : null;
  let unfinished = saved?.unfinished ?? null;
  const anchors: Float32Array[] = (saved?.anchors ?? options.anchors ?? []).map((anchor) => anchor.slice());
  const cameras: Camera[] = [...(saved?.cameras ?? [])];
  const finish = (learned: PersonFile, found: readonly Float32Array[] = anchors): PersonFile => ({
    ...learned,
    tensors: new Map([
      ...learned.tensors,
      ...anchorTensors(latent, found, camerasOf(targets, cameras), neutralizer(options.directions), {
        colors: appearances.transforms,
        motion: motion?.motion ?? null,
        isCommon: (i) => !chosen || chosen.photos[i] === chosen.person,
      }),
    ]),
    metadata: new Map([...learned.metadata, ['photos', String(photos.length)], ...lossNotes(options)]),
  });
  const nothingToLearn = isFrozen(method);
  const looking = { base, execution, latent, settings, ...(device ? { device } : {}) };
  const acting = { ...(options.directions ? { directions: options.directions } : {}), ...(proxy ? { proxy } : {}) };
  const plan = {
    ...{ steps: effort.training, resolution, patch, ...objective, prior, anchorRate, identity, seed },
    ...{ cameraRate: refineCameras ? cameraRate : 0, anywhere, expressions: kept },
  };
  const sharedSteps = nothingToLearn ? 0 : personSteps(effort, photos.length) - effort.person;
  if (anchors.length < photos.length) {
    const abort = signal ? { signal } : {};
    const read = async <T>(adapted: readonly Trainable[], body: (fitting: SeededFitting) => Promise<T>): Promise<T> => {
      const head = await DifferentiableHead.create({
        ...looking,
        ...{ adaptation: adapted.length > 0 ? adaptationOf(adapted) : frozen, wrt: ['ws'], rays: refineCameras },
      });
      try {
        const view = (target: Target) => appearances.of(targets.indexOf(target));
        const fitting = { head, variables: feedsOf(adapted), latent, settings, ...objective, prior, patch, seed };
        return await body({ ...fitting, view });
      } finally {
        await head.dispose();
      }
    };
    const inStyle = (v: Float32Array, style: number | null | undefined): Float32Array => {
      const named = styles[style ?? -1];
      return named ? latent.fromW(withStyle(latent.toWs(v).data.slice(0, v.length), styles, named)) : v;
    };
    const tryStyles = async (fitting: SeededFitting, v: Float32Array): Promise<Float32Array> => {
      chosen = chooseStyles(await compareStyles(fitting, targets, v, styles, signal));
      return inStyle(v, chosen.person);
    };
    const keeping = (task: Unfinished['task'], changes: Partial<TrainingState> = {}): Keeping => ({
      resume: unfinished?.task === task ? unfinished : null,
      keep: (standing) => options.onState?.(state({ ...changes, unfinished: { ...standing, task } })),
    });
    const isNew = person === null;
    person ??= withoutExpression(
      await read([], (fitting) =>
        findPerson(fitting, targets, {
          ...abort,
          ...(styles.length > 0 ? { restyle: (v) => tryStyles(fitting, v) } : {}),
          ...(motion ? { motion } : {}),
          keeping: keeping('person'),
          steps: effort.person,
          onStep: (step, loss) => run.report('person', step, loss),
        }),
      ),
      latent,
      options.directions,
    );
    if (isNew) moveCameras();
    await options.onState?.(state({}));
    if (anchors.length === 0) await options.onPreview?.(finish(personOf(base, method, []), [person]));
    const found = person;
    const starts = photos.map((_, i) => {
      const style = chosen?.photos[i];
      return style === chosen?.person ? found : inStyle(found, style);
    });
    let adapted: readonly Trainable[] = [];
    if (sharedSteps > 0) {
      const parts = { ...looking, ...acting, targets, appearances, cameras: camerasOf(targets, []) };
      adapted = saved?.shared
        ? restoreSharedLook(base, seed, saved.shared)
        : await learnSharedLook(
            parts,
            starts,
            { ...plan, steps: sharedSteps },
            {
              ...abort,
              keeping: keeping('shared'),
              onStep: (step, loss) => run.report('person', effort.person + step, loss),
            },
          );
    }
    const shared = new Map(adapted.map(({ input, values }) => [input, values]));
    const unlearned = adapted.length > 0 ? personOf(base, sharedMethod, adapted) : personOf(base, method, []);
    await read(adapted, async (fitting) => {
      while (anchors.length < photos.length) {
        const first = anchors.length * effort.photo;
        const target = targets[anchors.length]!;
        const camera = refineCameras ? new RefinedCamera(target.camera) : null;
        anchors.push(
          await invertPhoto(fitting, target, starts[anchors.length]!, {
            ...abort,
            ...(camera ? { camera } : {}),
            keeping: keeping('photo', { shared }),
            layered,
            steps: effort.photo,
            onStep: (step, loss) => run.report('anchors', first + step, loss),
          }),
        );
        unfinished = null;
        if (camera) cameras.push(camera.camera);
        await options.onState?.(state({ shared }));
        await options.onPreview?.(finish(unlearned));
      }
    });
  }

  if (sharedSteps > 0 && options.directions && !options.anchors && !saved?.training) {
    levelExpressions(anchors, latent, options.directions.neutral);
  }
  // Training moves the anchors, so a state of it has both.
  const inverted = saved?.training?.inverted ?? anchors.map((anchor) => anchor.slice());
  appearances.freeze();
  const photographed = { targets, anchors, appearances, cameras: camerasOf(targets, cameras) };
  const parts = {
    ...{ ...looking, method, plan, ...photographed },
    ...(isFine ? { settings: fineSettings(base), fineTargets: photos.map((photo) => fineTarget(base, photo)) } : {}),
    ...acting,
  };
  if (nothingToLearn) {
    const learned = finish(personOf(base, method, []));
    const reliabilities = appearances.reliabilities();
    return { person: learned, completed: true, inverted, curve: run.curve, seconds: run.seconds(), reliabilities };
  }
  const learner = await PersonLearner.create(parts);
  try {
    if (saved?.training) learner.restore(saved.training);
    while (learner.step < plan.steps && signal?.aborted !== true) {
      run.report('training', learner.step, await learner.next());
      if (refineCameras) cameras.splice(0, cameras.length, ...learner.cameras);
      if (learner.step % 100 === 0) await options.onState?.(state({ training: { ...learner.state(), inverted } }));
      if (options.onPreview && learner.step % (options.previewEvery ?? 250) === 0) {
        await options.onPreview(finish(personOf(base, method, learner.trainables)));
      }
    }
    await options.onState?.(state({ training: { ...learner.state(), inverted } }));
    return {
      person: finish(personOf(base, method, learner.trainables)),
      completed: learner.step >= plan.steps,
      inverted,
      curve: run.curve,
      seconds: run.seconds(),
      reliabilities: appearances.reliabilities(),
    };
  } finally {
    await learner.dispose();
  }
}

/** With all the channels that super-resolution takes. */
const fineSettings = (base: Base): RenderSettings => ({
  ...trainingSettings(base),
  channels: networkLayout(base).featureChannels,
});

/** Whether the super-resolved image is learned from. @throws AssetError where that is wanted and cannot be */
function requireSuperresolution({ base, photos, superresolution }: PersonalizeOptions): boolean {
  const can = canCompareFine(base, photos);
  if (superresolution !== true || can) return superresolution ?? can;
  const side = base.config.neuralRenderingResolution;
  throw new AssetError(
    'personalize/superresolution',
    base.config.superresolution
      ? `personalize: expected photos of at least ${2 * side} pixels for the super-resolved image, got smaller ones. ` +
          'Give larger ones, or leave super-resolution out.'
      : 'personalize: expected a base with super-resolution, got one without. Leave super-resolution out.',
  );
}

/** What a person file says of losses beyond the usual ones, so that nobody judges it by what taught it. */
function lossNotes({ lpips, identity = 0 }: PersonalizeOptions): [string, string][] {
  return [
    ...(lpips && lpips.weight > 0 ? [['lpips', `${lpips.network.variant} ${lpips.weight}`] as [string, string]] : []),
    ...(identity > 0 ? [['identity', String(identity)] as [string, string]] : []),
  ];
}

/** Where the photos were taken from: as refined so far, else as their labels say, in the person's frame. */
const camerasOf = (targets: readonly Target[], refined: readonly Camera[]): readonly Camera[] =>
  targets.map(({ camera }, i) => refined[i] ?? camera);

/** Every photo starts without an expression, not with the mean one. */
function withoutExpression(v: Float32Array, latent: LatentSpace, directions: Directions | undefined): Float32Array {
  if (!directions || directions.neutral.size === 0) return v;
  const w = latent.toWs(v).data.slice(0, latent.layout.wDim);
  return latent.fromW(neutralizer(directions)(w));
}

function neutralizer(directions: Directions | undefined): (w: Float32Array) => Float32Array {
  return directions ? (w) => neutralize({ dims: [1, w.length], data: w }, directions).data : (w) => w;
}

/** Progress of a run over its stages. */
class Run {
  readonly curve: { stage: Stage; step: number; loss: number }[];
  private readonly _before: number;
  private readonly _begun = performance.now();
  private readonly _lengths: Readonly<Record<Stage, number>>;
  private _sum: number;
  private _count: number;
  private _first: number | null = null;

  constructor(
    private readonly _options: Pick<PersonalizeOptions, 'onProgress'>,
    effort: Effort,
    photos: number,
    saved: TrainingState | null,
  ) {
    this.curve = [...(saved?.curve ?? [])];
    this._before = saved?.seconds ?? 0;
    [this._sum, this._count] = saved?.pending ?? [0, 0];
    this._lengths = { person: personSteps(effort, photos), anchors: photos * effort.photo, training: effort.training };
  }

  /** Sum and number of the losses since the curve's last point. */
  get pending(): readonly [number, number] {
    return [this._sum, this._count];
  }

  seconds(): number {
    return this._before + (performance.now() - this._begun) / 1000;
  }

  report(stage: Stage, step: number, loss: number): void {
    const { person, anchors, training } = this._lengths;
    const steps = this._lengths[stage];
    const done = step + 1 + (stage === 'person' ? 0 : person) + (stage === 'training' ? anchors : 0);
    const fraction = done / (person + anchors + training);
    this._sum += loss;
    this._count++;
    if (this._count >= steps / 40 || step + 1 === steps) {
      this.curve.push({ stage, step, loss: this._sum / this._count });
      [this._sum, this._count] = [0, 0];
    }
    this._first ??= fraction;
    const part = fraction - this._first;
    const eta = part > 0 ? (((performance.now() - this._begun) / 1000) * (1 - fraction)) / part : null;
    this._options.onProgress?.({ stage, step, steps, loss, fraction, eta });
  }
}
