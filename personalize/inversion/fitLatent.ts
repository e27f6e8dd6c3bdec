import { fixedRate, type RateSchedule } from '../training/schedule.js';
import type { PhotoView } from '../training/appearance/photoView.js';
import { Adam } from '../training/adam.js';
import type { DifferentiableHead, HeadGradients, Variables } from '../training/differentiableHead.js';
import { photoGradient } from '../training/patchGradient.js';
import type { Objective } from '../training/objective.js';
import type { Random } from '../training/random.js';
import { randomPatch, type Patch, type Target } from '../training/target.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { RefinedCamera } from './refineCamera.js';
import type { LatentSpace } from './latentSpace.js';
import type { SharedMotion } from './sharedMotion.js';
import { keepEvery, type Keeping } from '../training/trainingState.js';

/** What a latent is fitted with. */
export interface Fitting extends Objective {
  readonly head: DifferentiableHead;
  /** Adaptation that is fed and stays; empty for the frozen base. */
  readonly variables: Variables;
  readonly latent: LatentSpace;
  readonly settings: RenderSettings;
  /** Weight of |v|^2 / numbers: keeps the latent among the base's own. */
  readonly prior: number;
  /** Side of the rendered patches, pixels. */
  readonly patch: number;
  readonly random: Random;
  /** How a photo shows the person; absent: as they are. */
  readonly view?: (target: Target) => PhotoView;
}

/** A step on one photo: what it cost, and the gradient by v. */
export interface LatentStep {
  readonly loss: number;
  readonly gradient: Float32Array;
  /** By the patch's rays, for cameras. */
  readonly rays: HeadGradients['rays'];
  readonly patch: Patch;
}

/** Renders a patch of a photo from v and goes back to v. */
export async function latentStep(
  fitting: Fitting,
  target: Target,
  v: Float32Array,
  resolution: number,
  camera: Camera = target.camera,
): Promise<LatentStep> {
  const { head, variables, latent, settings, prior, patch: side, random } = fitting;
  const patch = randomPatch(target, resolution, side, random);
  const pose = { ws: latent.toWs(v), variables, camera };
  const { loss, gradients } = await photoGradient(head, pose, patch, settings, fitting, fitting.view?.(target));
  const gradient = latent.backward(gradients.variables.get('ws')!, v.length / latent.layout.wDim);
  addPrior(v, gradient, prior);
  return { loss, gradient, rays: gradients.rays, patch };
}

/** Adds the gradient of prior |v|^2 / numbers. */
export function addPrior(v: Float32Array, gradient: Float32Array, prior: number): void {
  for (let i = 0; i < v.length; i++) gradient[i]! += (2 * prior * v[i]!) / v.length;
}

export interface FitOptions {
  readonly steps: number;
  /** Resolution of the photo that is looked at, by the share of the steps done; default all at 64. */
  readonly resolution?: (share: number) => number;
  readonly rate?: RateSchedule;
  /** Stop when the mean loss of the last 16 steps fell by less than this share; 0: never. */
  readonly patience?: number;
  /** Moves with the latent, once that is about right; the head must give gradients by rays. */
  readonly camera?: RefinedCamera;
  /** Of all photos, which moves with the latent too; the head must give gradients by rays. Not together with `camera`. */
  readonly motion?: SharedMotion;
  /** Puts another latent in the place of the one found until then, before step `at`, which goes on from there. */
  readonly change?: { readonly at: number; readonly to: (v: Float32Array) => Promise<Float32Array> };
  readonly keeping?: Keeping;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number) => void;
}

/**
 * Fits a latent to a photo, or, where `next` gives a new one each time, one latent to several.
 * @param start v to begin at; it is not changed
 * @returns v
 * @throws the signal's reason when it aborts
 */
export async function fitLatent(
  fitting: Fitting,
  next: (step: number) => Target,
  start: Float32Array,
  {
    steps,
    resolution = () => 64,
    rate = fixedRate(0.05),
    patience = 0,
    camera,
    motion,
    change,
    ...options
  }: FitOptions,
): Promise<Float32Array> {
  const { keeping, signal, onStep } = options;
  const resume = keeping?.resume;
  const v = (resume?.values.get('v') ?? start).slice();
  const adam = new Adam({ beta2: 0.95 });
  for (const [name, moments] of resume?.moments ?? []) adam.moments.set(name, { ...moments });
  if (resume) fitting.random.count = resume.drawn;
  if (resume?.camera && camera) camera.camera = resume.camera;
  const losses = [...(resume?.losses ?? [])];
  const keep = async (step: number): Promise<void> => {
    const values = new Map([['v', v]]);
    const drawn = fitting.random.count;
    await keeping?.keep({ step, drawn, values, moments: adam.moments, losses, camera: camera?.camera ?? null });
  };
  const first = resume?.step ?? 0;
  for (let step = first; step < steps; step++) {
    if (step > first && (signal?.aborted === true || step % keepEvery === 0)) await keep(step);
    signal?.throwIfAborted();
    const share = step / steps;
    if (step === change?.at) {
      // It takes as long as many steps.
      await keep(step);
      v.set(await change.to(v));
      // What moved the old one says nothing of the new.
      adam.moments.delete('v');
    }
    const target = next(step);
    const from = motion ? motion.of(target.camera) : camera?.camera;
    const { loss, gradient, rays, patch } = await latentStep(fitting, target, v, resolution(share), from);
    adam.step('v', v, gradient, rate(share));
    if (motion && share >= motionFrom) motion.step(adam, target.camera, rays, patch, motionRate * (1 - share));
    moveFittedCamera(camera, share, adam, rays, patch);
    losses.push(loss);
    onStep?.(step, loss);
    if (patience > 0 && step >= 32 && mean(losses.slice(-32, -16)) * (1 - patience) < mean(losses.slice(-16))) break;
  }
  return v;
}

/**
 * Moves the camera of a photo that is being fitted, if it may move and the face is found.
 * @param share of the fit's steps that are done
 */
export function moveFittedCamera(
  camera: RefinedCamera | undefined,
  share: number,
  adam: Adam,
  rays: HeadGradients['rays'],
  patch: Patch,
): void {
  if (camera && share >= cameraFrom) camera.step(adam, 'camera', rays, patch, cameraRate * (1 - share));
}

/** A face that is not found yet would drag its camera along. */
const cameraFrom = 0.3;
/** Radians of a step; over 40 steps at most 2 degrees and 0.02 units an axis. */
const cameraRate = 0.004;

/** By then the head has its hair, whose outline would drag it along. */
const motionFrom = 0.4;
/** In spreads of people; over 100 steps at most three of them. */
const motionRate = 0.15;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
