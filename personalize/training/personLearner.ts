import { AssetError } from '../../runtime/core/errors.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Execution } from '../../runtime/execution/execution.js';
import type { Directions } from '../../runtime/latent/directions.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { addPrior } from '../inversion/fitLatent.js';
import { RefinedCamera } from '../inversion/refineCamera.js';
import type { LatentSpace } from '../inversion/latentSpace.js';
import { Adam } from './adam.js';
import type { Appearances } from './appearance/appearances.js';
import { DifferentiableHead, type Variables } from './differentiableHead.js';
import { KeepExpressions } from './expressions/keepExpressions.js';
import { lookBetween } from './betweenAnchors.js';
import { photoGradient, type PatchGradient } from './patchGradient.js';
import type { Method } from './method.js';
import { Random } from './random.js';
import { cosineRate } from './schedule.js';
import type { Objective } from './objective.js';
import { DifferentiableSuperresolution } from './superresolution/differentiableSuperresolution.js';
import { fineLayout } from './superresolution/fineLayout.js';
import { fineGradient } from './superresolution/fineGradient.js';
import { randomPatch, type Target } from './target.js';
import { adaptationOf, feedsOf, isSuperresolution, trainables, type Trainable } from './trainables.js';
import type { LearnedState } from './trainingState.js';

/** How long and on what a person is learned. */
export interface LearningPlan extends Objective {
  readonly steps: number;
  /** Largest resolution of the photos that is looked at, pixels. */
  readonly resolution: number;
  /** Side of the rendered patches. */
  readonly patch: number;
  readonly prior: number;
  /** Adam's step of moving anchors, in spreads of W. */
  readonly anchorRate: number;
  /** Weight of identity between the anchors, see betweenAnchors.ts; 0 or absent: it is left out. */
  readonly identity?: number;
  /** Weight of keeping the base's expressions, see expressions/keepExpressions.ts; 0 or absent: it is left out. */
  readonly expressions?: number;
  /** Adam's step of moving cameras, radians; 0: they stay. */
  readonly cameraRate: number;
  /** Share of the patches that are drawn over whole photos, so that what is empty stays empty; absent: 0. */
  readonly anywhere?: number;
  readonly seed: string;
}

export interface LearnerParts {
  readonly base: Base;
  readonly execution: Execution;
  readonly device?: GPUDevice;
  readonly latent: LatentSpace;
  readonly settings: RenderSettings;
  readonly targets: readonly Target[];
  /** The same photos as `fineTarget` makes them: the super-resolved image is compared too, and its network learned. */
  readonly fineTargets?: readonly Target[];
  /** Of the base; its expressions are kept, and identity between the anchors compares the same expression. */
  readonly directions?: Directions;
  /** Of the base; what is learned of the person is kept moving along with its expressions. */
  readonly proxy?: HeadProxy;
  /** v of each photo; moved in place where the method moves anchors. */
  readonly anchors: readonly Float32Array[];
  /** Of each photo. */
  readonly cameras: readonly Camera[];
  readonly method: Method;
  readonly plan: LearningPlan;
  /** How each photo shows the person; absent: as they are. */
  readonly appearances?: Appearances;
}

const betweenEvery = 4;
const expressionsEvery = 4;
/** At most: where a patch shows half a face. */
const betweenResolution = 64;

/** Learns what tells a person from the base, one photo a step. */
export class PersonLearner {
  readonly adam: Adam;
  readonly random: Random;
  readonly trainables: readonly Trainable[];
  /** What is fed to a head with this person's adaptation; changes with every step. */
  readonly variables: Variables;
  /** The same of the super-resolution network. */
  private readonly _fineVariables: Variables;
  step = 0;
  private readonly _cameras: readonly RefinedCamera[];
  private readonly _rate;
  private readonly _keep: KeepExpressions | null;

  private constructor(
    readonly parts: LearnerParts,
    learned: readonly Trainable[],
    private readonly _head: DifferentiableHead,
    private readonly _superresolution: DifferentiableSuperresolution | null,
  ) {
    const { method, plan } = parts;
    this.trainables = learned;
    this.variables = feedsOf(learned.filter(({ input }) => !isSuperresolution(input)));
    this._fineVariables = feedsOf(learned.filter(({ input }) => isSuperresolution(input)));
    // My3DGen trains with betas (0, 0.99^0.8) (facts my3dgen.md 1.2).
    this.adam = new Adam(method.layout === 'authors' ? { beta1: 0, beta2: 0.992 } : { beta1: 0.9, beta2: 0.98 });
    this.random = new Random(`${plan.seed}:training`);
    this._cameras = parts.cameras.map((camera) => new RefinedCamera(camera));
    this._rate = cosineRate(1, 0.05);
    this._keep = keeping(parts);
  }

  static async create(parts: LearnerParts): Promise<PersonLearner> {
    const { base, execution, device, settings, method, plan, fineTargets } = parts;
    const learned = trainables(base, method, plan.seed, { superresolution: fineTargets !== undefined });
    const common = { base, execution, adaptation: adaptationOf(learned) };
    const latents = method.anchors ? ['ws'] : [];
    const inputs = learned.map(({ input }) => input);
    const head = await DifferentiableHead.create({
      ...common,
      settings,
      rays: plan.cameraRate > 0,
      wrt: [...latents, ...inputs.filter((input) => !isSuperresolution(input))],
      ...(device ? { device } : {}),
    });
    if (!fineTargets) return new PersonLearner(parts, learned, head, null);
    const superresolution = await DifferentiableSuperresolution.create({
      ...common,
      layout: fineLayout(base, plan.patch),
      wrt: [...latents, ...inputs.filter(isSuperresolution)],
    });
    return new PersonLearner(parts, learned, head, superresolution);
  }

  /**
   * One photo, one patch, one step of everything that moves.
   * @returns the loss
   * @throws NumericError where a gradient is not finite
   */
  async next(): Promise<number> {
    const { targets, anchors, latent, method, plan } = this.parts;
    const share = this.step / plan.steps;
    const photo = this.random.integer(targets.length);
    const v = anchors[photo]!;
    const further = [await this._between(), await this._expressions()];
    const { loss, gradients, patch } = await this._look(photo, this._resolution(share));
    const rate = this._rate(share);
    if (method.anchors) {
      const byV = latent.backward(gradients.variables.get('ws')!, v.length / latent.layout.wDim);
      addPrior(v, byV, plan.prior);
      this.adam.step(`anchor ${photo}`, v, byV, plan.anchorRate * rate);
    }
    if (plan.cameraRate > 0) {
      this._cameras[photo]!.step(this.adam, `camera ${photo}`, gradients.rays, patch, plan.cameraRate * rate);
    }
    for (const { input, values, rate: relative } of this.trainables) {
      const parts = [gradients.variables, ...further].flatMap((all) => all?.get(input) ?? []);
      // What this step did not look through stays as it is.
      if (parts.length === 0) continue;
      const gradient = parts.reduce((sum, part) => sum.map((value, i) => value + part[i]!));
      this.adam.step(input, values, gradient, method.rate * relative * rate);
    }
    this.step++;
    return loss;
  }

  /** Of each photo, as they are now. */
  get cameras(): readonly Camera[] {
    return this._cameras.map(({ camera }) => camera);
  }

  /** What `restore` needs to go on from here; copies. */
  state(): LearnedState {
    return {
      step: this.step,
      drawn: this.random.count,
      values: new Map(this.trainables.map(({ input, values }) => [input, values.slice()])),
      moments: new Map(
        [...this.adam.moments].map(([name, { mean, square, steps }]) => [
          name,
          { mean: mean.slice(), square: square.slice(), steps },
        ]),
      ),
    };
  }

  /** @throws AssetError where the state has other tensors */
  restore({ step, drawn, values, moments }: LearnedState): void {
    for (const { input, values: own } of this.trainables) {
      const saved = values.get(input);
      if (saved?.length !== own.length) {
        throw new AssetError(
          'training/state',
          `resume: ${input}: expected ${own.length} numbers, got ${saved?.length ?? 0}. Start anew.`,
        );
      }
      own.set(saved);
    }
    for (const [name, saved] of moments) this.adam.moments.set(name, { ...saved });
    this.random.count = drawn;
    this.step = step;
  }

  async dispose(): Promise<void> {
    await this._head.dispose();
    await this._superresolution?.dispose();
  }

  /** At the photo, through super-resolution where that is learned and the finest is wanted. */
  private _look(photo: number, resolution: number): Promise<PatchGradient> {
    const { targets, fineTargets, anchors, latent, settings, plan, appearances } = this.parts;
    const view = appearances?.of(photo);
    const ws = latent.toWs(anchors[photo]!);
    const pose = { ws, variables: this.variables, camera: this._cameras[photo]!.camera };
    if (this._superresolution && resolution === this._finest) {
      const networks = { head: this._head, superresolution: this._superresolution, fineVariables: this._fineVariables };
      const options = { ...networks, settings, objective: plan, random: this.random, ...(view ? { view } : {}) };
      return fineGradient(options, pose, fineTargets![photo]!);
    }
    const patch = randomPatch(targets[photo]!, resolution, plan.patch, this.random, plan.anywhere);
    return photoGradient(this._head, pose, patch, settings, plan, view);
  }

  /**
   * Gradients of identity between the anchors, every fourth step and four times as much, as StyleGAN2 spreads its regularisers;
   * null in others. Anchors get none: each belongs to its own photo.
   */
  private async _between(): Promise<ReadonlyMap<string, Float32Array> | null> {
    const { plan, settings } = this.parts;
    const { identity = 0, resolution, patch } = plan;
    if (identity === 0 || this.step % betweenEvery !== betweenEvery - 1) return null;
    const look = await lookBetween({ ...this.parts, seed: plan.seed }, this.step, {
      ...{ head: this._head, variables: this.variables, cameras: this.cameras, settings, patch },
      resolution: Math.min(resolution, betweenResolution),
    });
    const factor = identity * betweenEvery;
    return new Map(
      [...look.gradients.variables].map(([name, values]) => [name, values.map((value) => factor * value)]),
    );
  }

  /** Gradients of keeping the base's expressions, spread like those between the anchors, two steps before them. */
  private async _expressions(): Promise<ReadonlyMap<string, Float32Array> | null> {
    const weight = this.parts.plan.expressions ?? 0;
    if (!this._keep || this.step % expressionsEvery !== 1) return null;
    const draw = this._keep.draw(this.parts.anchors, this.step);
    const { gradients } = await this._keep.look(this._head, this.variables, draw);
    const factor = weight * expressionsEvery;
    return new Map([...gradients].map(([name, values]) => [name, values.map((value) => factor * value)]));
  }

  /** Largest resolution of a look, pixels: a raw image is looked at as super-resolution gets it. */
  private get _finest(): number {
    return this._superresolution?.layout.side ?? this.parts.plan.resolution;
  }

  /** Coarse first, so that shape and colour settle; then mostly fine, with the coarse kept in sight. */
  private _resolution(share: number): number {
    const resolution = this._finest;
    const draw = this.random.uniform();
    if (share < 0.2) return draw < 0.5 ? resolution / 4 : resolution / 2;
    return draw < 0.1 ? resolution / 4 : draw < 0.4 ? resolution / 2 : resolution;
  }
}

/** null where nothing is to be kept, or the base has no expressions. */
function keeping({ base, latent, directions, proxy, method, plan }: LearnerParts): KeepExpressions | null {
  if (!directions || !plan.expressions) return null;
  const unlearned = feedsOf(trainables(base, method, plan.seed).filter(({ input }) => !isSuperresolution(input)));
  const keep = new KeepExpressions({
    base,
    latent,
    directions,
    unlearned,
    seed: plan.seed,
    ...(proxy ? { proxy } : {}),
  });
  return keep.some ? keep : null;
}
