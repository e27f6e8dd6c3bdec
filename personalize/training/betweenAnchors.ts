import type { Directions } from '../../runtime/latent/directions.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { LatentSpace } from '../inversion/latentSpace.js';
import { cameraYaw } from '../photos/photoInfo.js';
import type { Appearances } from './appearance/appearances.js';
import { applyColors, colorsBackward } from './appearance/colorTransform.js';
import type { DifferentiableHead, Variables } from './differentiableHead.js';
import { patchGradient, type PatchGradient } from './patchGradient.js';
import { Random } from './random.js';
import { regionLoss } from './regionLoss.js';
import { randomPatch, type Target } from './target.js';

/** What the loss between anchors is made from. */
export interface BetweenAnchorsParts {
  readonly latent: LatentSpace;
  readonly targets: readonly Target[];
  /** v of each photo, as they are now. */
  readonly anchors: readonly Float32Array[];
  /** Of the base; its coordinates of expression are then taken from the photo that is compared with. */
  readonly directions?: Directions;
  readonly seed: string;
  /** How each photo shows the person; absent: as they are. */
  readonly appearances?: Appearances;
}

/** A latent between the anchors, and the photo it is compared with. */
export interface Between {
  readonly photo: number;
  /** [numWs, wDim] */
  readonly ws: Tensor;
}

/** How many anchors are mixed, as My3DGen samples. */
const mixed = 3;

/**
 * Draws a photo evenly by its yaw, so that the sides come up as often as the front, and a latent between anchors of other
 * photos. Where the base's directions tell which coordinates of w hold the expression, these are the photo's own, so that
 * only the person is compared.
 */
export function drawBetween(parts: BetweenAnchorsParts, random: Random): Between {
  const { latent, targets, anchors, directions } = parts;
  const yaws = targets.map(({ camera }) => cameraYaw(camera));
  const [least, most] = [Math.min(...yaws), Math.max(...yaws)];
  const wanted = least + random.uniform() * (most - least);
  const away = (i: number): number => Math.abs(yaws[i]! - wanted);
  const photo = yaws.reduce((best, _, i) => (away(i) < away(best) ? i : best), 0);
  const others = anchors.map((_, i) => i).filter((i) => i !== photo || anchors.length === 1);
  const chosen = Array.from({ length: Math.min(mixed, others.length) }, () =>
    others.splice(random.integer(others.length), 1),
  ).flat();
  const shares = chosen.map(() => random.uniform());
  const sum = shares.reduce((total, share) => total + share, 0);
  const v = new Float32Array(anchors[photo]!.length);
  chosen.forEach((i, k) => anchors[i]!.forEach((value, n) => (v[n]! += (value * shares[k]!) / sum)));
  const ws = latent.toWs(v);
  if (!directions) return { photo, ws };
  const own = latent.toWs(anchors[photo]!).data;
  const { wDim } = latent.layout;
  const data = ws.data.slice();
  for (let row = 0; row < data.length; row += wDim) {
    for (const index of directions.neutral.keys()) data[row + index] = own[row + index]!;
  }
  return { photo, ws: { dims: ws.dims, data } };
}

/** How a look between anchors is taken. */
export interface BetweenLookOptions {
  readonly head: DifferentiableHead;
  readonly variables: Variables;
  /** Of each photo, as they are now. */
  readonly cameras: readonly Camera[];
  readonly settings: RenderSettings;
  /** Largest side of the photos that is looked at, pixels. */
  readonly resolution: number;
  /** Side of the rendered patches. */
  readonly patch: number;
}

/**
 * Identity between the anchors: a latent that no photo was fitted with, rendered from the camera of a photo of another
 * anchor, must show who that photo shows, in its colours, by `regionLoss`. The photo is the judge, no face network.
 * @param step decides what is drawn, with the seed
 */
export function lookBetween(
  parts: BetweenAnchorsParts,
  step: number,
  options: BetweenLookOptions,
): Promise<PatchGradient> {
  const { head, variables, cameras, settings, resolution, patch: side } = options;
  const random = new Random(`${parts.seed}:between ${step}`);
  const { photo, ws } = drawBetween(parts, random);
  const patch = randomPatch(parts.targets[photo]!, resolution, side, random);
  const pose = { ws, variables, camera: cameras[photo]! };
  const colors = parts.appearances?.of(photo).colors;
  return patchGradient(head, pose, patch, settings, (rendered) => {
    const loss = regionLoss(colors ? applyColors(rendered, colors) : rendered, patch);
    const gradients = colors ? colorsBackward(loss.gradients, colors, patch.pixels.length) : loss.gradients;
    return Promise.resolve({ ...loss, gradients });
  });
}
