import type { Tensor } from '../../runtime/core/tensor.js';
import { mixAnchorLayers, type Anchors } from '../../runtime/latent/alpha/anchors.js';
import { projectAlpha } from '../../runtime/latent/alpha/dilatedSimplex.js';
import { defaultBeta, softAlpha, softAlphaGradient } from '../../runtime/latent/alpha/softAlpha.js';
import { requireVaried } from '../../runtime/latent/personLooks.js';
import { moveFittedCamera, type Fitting } from '../inversion/fitLatent.js';
import type { RefinedCamera } from '../inversion/refineCamera.js';
import { Adam } from '../training/adam.js';
import { photoGradient } from '../training/patchGradient.js';
import { cosineRate, type RateSchedule } from '../training/schedule.js';
import { randomPatch, type Target } from '../training/target.js';

/** Weights of a person's anchors for every layer. */
export interface LayeredAlpha {
  /** numWs times [n]; each sums to 1 and is at least -beta. The same array in every layer unless layered. */
  readonly alphas: readonly Float64Array[];
  /** [numWs, wDim] */
  readonly ws: Tensor;
}

export interface FitAlphaOptions {
  readonly steps: number;
  readonly beta?: number;
  /** P+ of MyStyle: alpha_l = alpha + delta_l, with the deltas kept small. */
  readonly layered?: boolean;
  readonly rate?: RateSchedule;
  /** Side of the photo that is looked at, by the share of the steps done. */
  readonly resolution?: (share: number) => number;
  /** Moves with the weights, once these are about right; the head must give gradients by rays. */
  readonly camera?: RefinedCamera;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number) => void;
}

/** Of the length of each layer's delta, in units of the loss: a photo explained twice as well may cost a delta of 10. */
const deltaWeight = 0.1;
/** MyStyle's rate is 0.005 over 1000 steps; with second moments that forget faster, a tenth of the steps will do. */
const defaultRate = cosineRate(0.06, 0.1, 0.05);

/**
 * Finds a photo in a person's own space: the unknowns are the weights of the anchors under MyStyle's soft constraint
 * (section 3.3), the loss is that of the training. What comes out is projected to the dilated simplex itself, so that it
 * may be edited with any border policy.
 * @param fitting its head takes the person's factors; latent coordinates and prior are not used
 * @throws AssetError where the anchors span nothing; the signal's reason when it aborts
 */
export async function fitAlpha(
  fitting: Omit<Fitting, 'latent' | 'prior'>,
  anchors: Anchors,
  target: Target,
  options: FitAlphaOptions,
): Promise<LayeredAlpha> {
  const { head, variables, settings, patch: side, random } = fitting;
  const { steps, beta = defaultBeta, layered = false, rate = defaultRate, camera, signal, onStep } = options;
  const { resolution = (share: number) => (share < 0.4 ? 32 : 64) } = options;
  requireVaried(anchors, 'fit');
  const { count } = anchors;
  const { numWs } = head.layout;
  const raw = new Float32Array(count).fill(1 / count);
  const deltas = new Float32Array(layered ? numWs * count : 0);
  const rawOf = (layer: number): Float64Array =>
    Float64Array.from(raw, (value, n) => value + (layered ? deltas[layer * count + n]! : 0));
  const alphasOf = (constrain: (alpha: Float64Array) => Float64Array): Float64Array[] => {
    if (layered) return Array.from({ length: numWs }, (_, layer) => constrain(rawOf(layer)));
    return Array<Float64Array>(numWs).fill(constrain(rawOf(0)));
  };
  const soft = (alpha: Float64Array): Float64Array => softAlpha(alpha, beta);
  const adam = new Adam({ beta2: 0.95 });
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    const share = step / steps;
    const patch = randomPatch(target, resolution(share), side, random);
    const pose = { ws: mixAnchorLayers(anchors, alphasOf(soft)), variables, camera: camera?.camera ?? target.camera };
    const { loss, gradients } = await photoGradient(head, pose, patch, settings, fitting, fitting.view?.(target));
    const byWs = gradients.variables.get('ws')!;
    const byRaw = new Float32Array(count);
    const byDeltas = new Float32Array(deltas.length);
    for (let layer = 0; layer < numWs; layer++) {
      const by = softAlphaGradient(rawOf(layer), anchorGradient(anchors, byWs, layer), beta);
      by.forEach((value, n) => (byRaw[n]! += value));
      if (layered) byDeltas.set(by, layer * count);
    }
    adam.step('alpha', raw, byRaw, rate(share));
    moveFittedCamera(camera, share, adam, gradients.rays, patch);
    // MyStyle penalises a sum other than 1; as a gradient that would drown the photo's in Adam's step, so it is taken away.
    const excess = raw.reduce((sum, value) => sum + value, -1) / count;
    for (let n = 0; n < count; n++) raw[n]! -= excess;
    if (layered) {
      keepTogether(deltas, byDeltas, count, loss);
      adam.step('deltas', deltas, byDeltas, rate(share) / 4);
    }
    onStep?.(step, loss);
  }
  const alphas = alphasOf((alpha) => projectAlpha(soft(alpha), beta));
  return { alphas, ws: mixAnchorLayers(anchors, alphas) };
}

/**
 * @param byWs [numWs, wDim]
 * @returns [n], by the weights of one layer
 */
function anchorGradient({ count, ws }: Anchors, byWs: Float32Array, layer: number): Float64Array {
  const [, rows, wDim] = ws.dims as [number, number, number];
  return Float64Array.from({ length: count }, (_, n) => {
    const from = (n * rows + (rows === 1 ? 0 : layer)) * wDim;
    let sum = 0;
    for (let i = 0; i < wDim; i++) sum += ws.data[from + i]! * byWs[layer * wDim + i]!;
    return sum;
  });
}

/** Adds the gradient of the mean of ||delta_l||, which keeps layers together. */
function keepTogether(deltas: Float32Array, byDeltas: Float32Array, count: number, loss: number): void {
  for (let from = 0; from < deltas.length; from += count) {
    const length = Math.hypot(...deltas.subarray(from, from + count));
    if (length === 0) continue;
    const share = (deltaWeight * loss * count) / deltas.length / length;
    for (let i = from; i < from + count; i++) byDeltas[i]! += share * deltas[i]!;
  }
}
