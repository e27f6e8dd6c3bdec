import type { RenderSettings } from '../../../runtime/render/settings.js';
import type { DifferentiableHead, Variables } from '../differentiableHead.js';
import { widen, type PatchGradient, type Pose } from '../patchGradient.js';
import { unobserved, type PhotoView } from '../appearance/photoView.js';
import { compare, type Objective } from '../objective.js';
import type { Random } from '../random.js';
import { patchAt, patchRays, randomPatch, type Target } from '../target.js';
import type { DifferentiableSuperresolution } from './differentiableSuperresolution.js';
import { windowStart, type FineLayout } from './fineLayout.js';

/** What a fine look is taken with. */
export interface FineLookOptions {
  /** Renders all feature channels. */
  readonly head: DifferentiableHead;
  readonly superresolution: DifferentiableSuperresolution;
  /** Of the super-resolution network, by input. */
  readonly fineVariables: Variables;
  readonly settings: RenderSettings;
  readonly objective: Objective;
  readonly random: Random;
  /** How the photo shows the person; absent: as they are. */
  readonly view?: PhotoView;
}

/**
 * Renders a random window of the raw image, super-resolves it, and compares both images with the photo:
 *   L = L(raw window) + L(inner part of the fine window, averaged down to the photo's pixels where that has fewer),
 * each as `compare` does it, as My3DGen weighs them; the fine image has no alpha. Gradients go through super-resolution
 * to the features, with those of the raw image to the renderer, and to both networks' variables.
 * @param target as `fineTarget` makes it
 */
export async function fineGradient(options: FineLookOptions, pose: Pose, target: Target): Promise<PatchGradient> {
  const { head, superresolution, fineVariables, settings, objective, random, view } = options;
  const { layout } = superresolution;
  const { side, inner, window } = layout;
  const drawn = randomPatch(target, side, inner, random).pixels[0]!;
  const [left, top] = [drawn % side, Math.floor(drawn / side)];
  const [windowLeft, windowTop] = [windowStart(layout, left), windowStart(layout, top)];
  const raw = patchAt(target, side, window, windowLeft, windowTop);
  const rays = patchRays(pose.camera, raw, settings);
  const rendered = await head.render(pose.ws, pose.variables, rays);
  const coarse = await compare(rendered, raw, objective, view);
  const { data, dims } = await superresolution.image(rendered.features, pose.ws, fineVariables);

  const compared = target.levels[0]!.side;
  const share = compared / side;
  const photo = patchAt(target, compared, inner * share, left * share, top * share);
  const part = finePart(layout, left - windowLeft, top - windowTop, photo.side, dims.at(-1)!);
  // The fine image has no alpha: for the photo's colours its matte stands for it.
  const alpha = photo.mask ?? new Float32Array(photo.pixels.length).fill(1);
  const shown = { features: averaged(data, part), alpha, depth: new Float32Array(alpha.length) };
  const fine = await compare(shown, { ...photo, mask: null }, objective, view && unobserved(view));

  const behind = await superresolution.backward(spread(fine.gradients.features, part));
  const { features, ...others } = widen(coarse.gradients, rendered.features.length);
  const byFeatures = behind.features.map((value, i) => value + features[i]!);
  const { variables, rays: byRays } = await head.backward(rays, { ...others, features: byFeatures });
  const merged = new Map(variables);
  for (const [name, values] of behind.variables) {
    const other = merged.get(name);
    merged.set(name, other ? other.map((value, i) => value + values[i]!) : values);
  }
  return { loss: coarse.total + fine.total, gradients: { variables: merged, rays: byRays }, patch: raw };
}

/** Squares of `block` x `block` fine pixels, `count` x `count` of them from (left, top) of an image of `side`. */
interface FinePart {
  readonly left: number;
  readonly top: number;
  readonly count: number;
  readonly block: number;
  readonly side: number;
}

function finePart({ scale, inner }: FineLayout, left: number, top: number, count: number, side: number): FinePart {
  return { left: left * scale, top: top * scale, count, block: (inner * scale) / count, side };
}

/** Calls back with each fine pixel of the part and the square it belongs to. */
function eachPixel({ left, top, count, block, side }: FinePart, use: (fine: number, square: number) => void): void {
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < count * block; y++) {
      for (let x = 0; x < count * block; x++) {
        const square = (c * count + Math.floor(y / block)) * count + Math.floor(x / block);
        use((c * side + top + y) * side + left + x, square);
      }
    }
  }
}

/** Means of the squares: [3, count, count]. */
function averaged(image: Float32Array, part: FinePart): Float32Array {
  const means = new Float32Array(3 * part.count ** 2);
  eachPixel(part, (fine, square) => (means[square]! += image[fine]! / part.block ** 2));
  return means;
}

/** The adjoint of `averaged`: [3, side, side]. */
function spread(gradient: ArrayLike<number>, part: FinePart): Float32Array {
  const image = new Float32Array(3 * part.side ** 2);
  eachPixel(part, (fine, square) => (image[fine] = gradient[square]! / part.block ** 2));
  return image;
}
