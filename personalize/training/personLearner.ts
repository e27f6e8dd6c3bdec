import { AssetError } from '../../runtime/core/errors.js';
import type { Base } from '../../runtime/checkpoint/base.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Execution } from '../../runtime/execution/execution.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { addPrior } from '../inversion/fitLatent.js';
import { RefinedCamera } from '../inversion/refineCamera.js';
import type { LatentSpace } from '../inversion/latentSpace.js';
import { Adam } from './adam.js';
import { DifferentiableHead, type Variables } from './differentiableHead.js';
import { patchLoss, type LossWeights } from './losses.js';
import type { Method } from './method.js';
import { Random } from './random.js';
import { cosineRate } from './schedule.js';
import { patchRays, randomPatch, type Target } from './target.js';
import { adaptationOf, trainables, type Trainable } from './trainables.js';
import type { LearnedState } from './trainingState.js';

/** How long and on what a person is learned. */
export interface LearningPlan {
  readonly steps: number;
  /** Largest resolution of the photos that is looked at, pixels. */
  readonly resolution: number;
  /** Side of the rendered patches. */
  readonly patch: number;
  readonly weights: LossWeights;
  readonly prior: number;
  /** Adam's step of moving anchors, in spreads of W. */
  readonly anchorRate: number;
  /** Adam's step of moving cameras, radians; 0: they stay. */
  readonly cameraRate: number;
  readonly seed: string;
}

export interface LearnerParts {
  readonly base: Base;
  readonly execution: Execution;
  readonly device?: GPUDevice;
  readonly latent: LatentSpace;
  readonly settings: RenderSettings;
  readonly targets: readonly Target[];
  /** v of each photo; moved in place where the method moves anchors. */
  readonly anchors: readonly Float32Array[];
  /** Of each photo. */
  readonly cameras: readonly Camera[];
  readonly method: Method;
  readonly plan: LearningPlan;
}

/** Learns what tells a person from the base, one photo a step. */
export class PersonLearner {
  readonly adam: Adam;
  readonly random: Random;
  readonly trainables: readonly Trainable[];
  /** What is fed to a head with this person's adaptation; changes with every step. */
  readonly variables: Variables;
  step = 0;
  private readonly _cameras: readonly RefinedCamera[];
  private readonly _rate;

  private constructor(
    readonly parts: LearnerParts,
    learned: readonly Trainable[],
    private readonly _head: DifferentiableHead,
  ) {
    const { method, plan } = parts;
    this.trainables = learned;
    this.variables = new Map(learned.map(({ input, dims, values }) => [input, { dims, data: values }]));
    // My3DGen trains with betas (0, 0.99^0.8) (facts my3dgen.md 1.2).
    this.adam = new Adam(method.layout === 'authors' ? { beta1: 0, beta2: 0.992 } : { beta1: 0.9, beta2: 0.98 });
    this.random = new Random(`${plan.seed}:training`);
    this._cameras = parts.cameras.map((camera) => new RefinedCamera(camera));
    this._rate = cosineRate(1, 0.05);
  }

  static async create(parts: LearnerParts): Promise<PersonLearner> {
    const { base, execution, device, settings, method, plan } = parts;
    const learned = trainables(base, method, plan.seed);
    const head = await DifferentiableHead.create({
      base,
      execution,
      adaptation: adaptationOf(learned),
      settings,
      rays: plan.cameraRate > 0,
      wrt: [...(method.anchors ? ['ws'] : []), ...learned.map(({ input }) => input)],
      ...(device ? { device } : {}),
    });
    return new PersonLearner(parts, learned, head);
  }

  /**
   * One photo, one patch, one step of everything that moves.
   * @returns the loss
   * @throws NumericError where a gradient is not finite
   */
  async next(): Promise<number> {
    const { targets, anchors, latent, settings, method, plan } = this.parts;
    const share = this.step / plan.steps;
    const photo = this.random.integer(targets.length);
    const target = targets[photo]!;
    const v = anchors[photo]!;
    const patch = randomPatch(target, this._resolution(share), plan.patch, this.random);
    const rays = patchRays(this._cameras[photo]!.camera, patch, settings);
    const rendered = await this._head.render(latent.toWs(v), this.variables, rays);
    const loss = patchLoss(rendered, patch, plan.weights);
    const { variables: gradients, rays: byRays } = await this._head.backward(rays, loss.gradients);
    const rate = this._rate(share);
    if (method.anchors) {
      const byV = latent.backward(gradients.get('ws')!, v.length / latent.layout.wDim);
      addPrior(v, byV, plan.prior);
      this.adam.step(`anchor ${photo}`, v, byV, plan.anchorRate * rate);
    }
    if (plan.cameraRate > 0) {
      this._cameras[photo]!.step(this.adam, `camera ${photo}`, byRays, patch, plan.cameraRate * rate);
    }
    for (const { input, values, rate: relative } of this.trainables) {
      this.adam.step(input, values, gradients.get(input)!, method.rate * relative * rate);
    }
    this.step++;
    return loss.total;
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

  dispose(): Promise<void> {
    return this._head.dispose();
  }

  /** Coarse first, so that shape and colour settle; then mostly fine, with the coarse kept in sight. */
  private _resolution(share: number): number {
    const { resolution } = this.parts.plan;
    const draw = this.random.uniform();
    if (share < 0.2) return draw < 0.5 ? resolution / 4 : resolution / 2;
    return draw < 0.1 ? resolution / 4 : draw < 0.4 ? resolution / 2 : resolution;
  }
}
