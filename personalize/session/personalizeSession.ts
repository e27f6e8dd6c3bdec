import type { Camera } from '../../runtime/camera/camera.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { decodeStyles, encodeStyles, hairStylesOf, type ChosenStyles } from '../inversion/hairStyles.js';
import { LatentSpace } from '../inversion/latentSpace.js';
import { withRestingFace } from '../inversion/restingFace.js';
import { SharedMotion } from '../inversion/sharedMotion.js';
import {
  efforts,
  keptExpressions,
  personSteps,
  type Effort,
  type Personalized,
  type PersonalizeOptions,
} from '../personalizeOptions.js';
import { anchorTensors } from '../personTensors.js';
import { runKey } from '../runKey.js';
import { Appearances, type AppearanceOptions } from '../training/appearance/appearances.js';
import { isFrozen, methods, type Method } from '../training/method.js';
import type { Objective } from '../training/objective.js';
import { canCompareFine } from '../training/superresolution/fineTarget.js';
import { targetOf, type Target } from '../training/target.js';
import type { Trainable } from '../training/trainables.js';
import { trainingSettings } from '../training/trainingSettings.js';
import {
  decodeState,
  encodeState,
  type Keeping,
  type TrainingState,
  type Unfinished,
} from '../training/trainingState.js';
import { neutralizer } from './neutralizer.js';
import { RunProgress } from './runProgress.js';

/** A part of a run: reads and changes the session, and leaves in it what the next parts need. */
export interface SessionStage {
  run(session: PersonalizeSession): Promise<void>;
}

/** Options with their defaults. */
interface Settled {
  readonly method: Method;
  readonly effort: Effort;
  readonly resolution: number;
  readonly layered: boolean;
  readonly seed: string;
  readonly identity: number;
  readonly refineCameras: boolean;
  /** Weight of keeping the base's expressions. */
  readonly kept: number;
  readonly apart: AppearanceOptions;
  readonly isFine: boolean;
}

function settle(options: PersonalizeOptions): Settled {
  const { method = methods.get('lora-1')!, effort = efforts.good, resolution = 128, layered = false } = options;
  const { seed = '0', identity = 0, refineCameras = false, expressions: kept = keptExpressions } = options;
  const apart: AppearanceOptions = { colors: true, reliability: true, ...options.appearances };
  const isFine = requireSuperresolution(options);
  return { method, effort, resolution, layered, seed, identity, refineCameras, kept, apart, isFine };
}

/**
 * One run of `personalize`: what it was asked for, and what is known of the person so far. It alone writes and reads the
 * state that a stopped run goes on from.
 */
export class PersonalizeSession {
  readonly settings: RenderSettings;
  /** One a photo; their cameras move into the person's own frame once the person is found. */
  readonly targets: Target[];
  readonly appearances: Appearances;
  readonly styles: ReturnType<typeof hairStylesOf>;
  /** null where cameras are taken as they are. */
  readonly motion: SharedMotion | null;
  /** One a photo that was read, in order. */
  readonly anchors: Float32Array[];
  /** As refined so far, one an anchor; empty where cameras are taken as they are. */
  readonly cameras: Camera[];
  /** One latent for all photos; null until it is found. */
  person: Float32Array | null;
  chosen: ChosenStyles | null;
  /** What a resumed run had begun and not ended; null once it is done. */
  unfinished: Unfinished | null;
  /** Where each photo's inversion starts from. */
  starts: readonly Float32Array[] = [];
  /** What all photos show alike, learned before each is read. */
  adapted: readonly Trainable[] = [];
  /** Anchors as inversion found them; training moves `anchors`. */
  inverted: readonly Float32Array[] = [];
  private _learned: Pick<Personalized, 'person' | 'completed'> | null = null;

  private constructor(
    readonly options: PersonalizeOptions,
    readonly settled: Settled,
    readonly objective: Objective,
    private readonly _key: string,
    readonly saved: TrainingState | null,
    readonly latent: LatentSpace,
    readonly progress: RunProgress,
  ) {
    const { base, photos, directions } = options;
    this.settings = trainingSettings(base);
    this.targets = photos.map(targetOf);
    this.appearances = new Appearances(this.targets, settled.apart);
    if (saved) this.appearances.restore(saved.appearances);
    this.person = saved?.person ?? null;
    this.motion = settled.refineCameras ? new SharedMotion(saved?.motion ?? undefined) : null;
    if (this.person) this.moveCameras();
    this.styles = hairStylesOf(directions);
    this.chosen = saved?.styles ? decodeStyles(saved.styles) : null;
    this.unfinished = saved?.unfinished ?? null;
    this.anchors = (saved?.anchors ?? options.anchors ?? []).map((anchor) => anchor.slice());
    this.cameras = [...(saved?.cameras ?? [])];
  }

  /** @throws AssetError without photos, or for a state of another run */
  static async open(options: PersonalizeOptions, objective: Objective): Promise<PersonalizeSession> {
    const { base, execution, photos, directions, proxy } = options;
    const settled = settle(options);
    if (photos.length === 0) {
      throw new AssetError(
        'personalize/photos',
        'personalize: expected at least one photo, got none. Choose more photos.',
      );
    }
    const { method, effort, resolution, layered, seed, refineCameras, apart, kept, identity, isFine } = settled;
    const key = await runKey(base, photos, {
      method: method.name,
      effort,
      resolution,
      weights: objective.weights,
      layered,
      seed,
      refineCameras,
      appearances: apart,
      ...(directions ? { expressions: [...directions.byName.keys()], kept: [kept, !!proxy] } : {}),
      // Said only where they are used, so that states of runs without them stay good.
      ...(objective.perceptual ? { lpips: [options.lpips!.network.hash, objective.perceptual.weight] } : {}),
      ...(identity > 0 ? { identity, neutral: [...(directions?.neutral.keys() ?? [])] } : {}),
      ...(isFine ? { superresolution: true } : {}),
    });
    const saved = options.resume ? await decodeState(options.resume, key) : null;
    // Its clock counts the measuring too.
    const progress = new RunProgress(options, effort, photos.length, saved);
    const latent = await LatentSpace.measure(base, execution, directions);
    return new PersonalizeSession(options, settled, objective, key, saved, latent, progress);
  }

  /** Whether each photo has its anchor. */
  get isInverted(): boolean {
    return this.anchors.length >= this.options.photos.length;
  }

  /** Of learning what all photos show alike; 0: that is left out. */
  get sharedSteps(): number {
    const { method, effort } = this.settled;
    return isFrozen(method) ? 0 : personSteps(effort, this.options.photos.length) - effort.person;
  }

  /** What evaluates and renders the head. */
  get looking() {
    const { base, execution, device } = this.options;
    return { base, execution, latent: this.latent, settings: this.settings, ...(device ? { device } : {}) };
  }

  /** What moves the head's expressions. */
  get acting() {
    const { directions, proxy } = this.options;
    return { ...(directions ? { directions } : {}), ...(proxy ? { proxy } : {}) };
  }

  get abort(): { readonly signal?: AbortSignal } {
    return this.options.signal ? { signal: this.options.signal } : {};
  }

  /** Once the person is found, photos are seen from where the person's own frame has their cameras. */
  moveCameras(): void {
    const { motion, targets } = this;
    if (motion) targets.forEach((target, i) => (targets[i] = { ...target, camera: motion.of(target.camera) }));
  }

  /** Where the photos were taken from: as refined so far, else as their labels say, in the person's frame. */
  currentCameras(refined: readonly Camera[] = this.cameras): readonly Camera[] {
    return this.targets.map(({ camera }, i) => refined[i] ?? camera);
  }

  /** Hands what is known to `onState`. @param changes of what only the present stage knows */
  async keep(changes: Partial<TrainingState> = {}): Promise<void> {
    await this.options.onState?.(this._state(changes));
  }

  /** For a task of a stage that can go on from where it was stopped. */
  keeping(task: Unfinished['task'], changes: Partial<TrainingState> = {}): Keeping {
    return {
      resume: this.unfinished?.task === task ? this.unfinished : null,
      keep: (standing) => this.options.onState?.(this._state({ ...changes, unfinished: { ...standing, task } })),
    };
  }

  /** A person as it is kept in a file: with anchors, cameras and notes. */
  finish(learned: PersonFile, found: readonly Float32Array[] = this.anchors): PersonFile {
    const { options, chosen } = this;
    return {
      ...learned,
      tensors: new Map([
        ...learned.tensors,
        ...anchorTensors(this.latent, found, this.currentCameras(), neutralizer(options.directions), {
          colors: this.appearances.transforms,
          motion: this.motion?.motion ?? null,
          isCommon: (i) => !chosen || chosen.photos[i] === chosen.person,
        }),
      ]),
      metadata: new Map([...learned.metadata, ['photos', String(options.photos.length)], ...lossNotes(options)]),
    };
  }

  /** Ends the run with this person. */
  conclude(learned: PersonFile, completed: boolean): void {
    const { base, directions } = this.options;
    const found = this.finish(learned);
    const person = directions && !isFrozen(this.settled.method) ? withRestingFace(base, found, directions) : found;
    this._learned = { person, completed };
  }

  /** What was learned; after the last stage. */
  result(): Personalized {
    return {
      ...this._learned!,
      inverted: this.inverted,
      curve: this.progress.curve,
      seconds: this.progress.seconds(),
      reliabilities: this.appearances.reliabilities(),
    };
  }

  private _state(changes: Partial<TrainingState>): Uint8Array {
    return encodeState({
      key: this._key,
      person: this.person,
      anchors: this.anchors,
      shared: null,
      training: null,
      unfinished: null,
      seconds: this.progress.seconds(),
      cameras: this.cameras,
      curve: this.progress.curve,
      pending: this.progress.pending,
      appearances: this.appearances.state(),
      styles: this.chosen && encodeStyles(this.chosen),
      motion: this.motion?.values ?? null,
      ...changes,
    });
  }
}

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
