import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { ViewGradients } from '../../runtime/render/backward/gradients.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import type { PhotoView } from './appearance/photoView.js';
import type { DifferentiableHead, HeadGradients, Variables } from './differentiableHead.js';
import type { Loss } from './losses.js';
import { compare, type Objective } from './objective.js';
import { patchRays, type Patch } from './target.js';
import type { RenderedRays } from '../../runtime/render/rayMarch.js';

/** Who is looked at, and from where. */
export interface Pose {
  /** [numWs, wDim] */
  readonly ws: Tensor;
  /** Of the synthesis network, by input. */
  readonly variables: Variables;
  readonly camera: Camera;
}

/** What the comparison of a patch of a view came to. */
export interface PatchGradient {
  readonly loss: number;
  readonly gradients: HeadGradients;
  /** Whose rays the gradients by rays belong to. */
  readonly patch: Patch;
}

/** Renders the pixels of a patch, compares them and goes back. */
export async function patchGradient(
  head: DifferentiableHead,
  { ws, variables, camera }: Pose,
  patch: Patch,
  settings: RenderSettings,
  comparison: (rendered: RenderedRays) => Promise<Pick<Loss, 'total' | 'gradients'>>,
): Promise<PatchGradient> {
  const rays = patchRays(camera, patch, settings);
  const rendered = await head.render(ws, variables, rays);
  const { total, gradients } = await comparison(rendered);
  return { loss: total, gradients: await head.backward(rays, widen(gradients, rendered.features.length)), patch };
}

/**
 * The same, compared with the patch's photo.
 * @param view how the photo shows the person; absent: as they are
 */
export function photoGradient(
  head: DifferentiableHead,
  pose: Pose,
  patch: Patch,
  settings: RenderSettings,
  objective: Objective,
  view?: PhotoView,
): Promise<PatchGradient> {
  return patchGradient(head, pose, patch, settings, (rendered) => compare(rendered, patch, objective, view));
}

/** Gradients of the first channels as gradients of all: the others are 0. */
export function widen(gradients: ViewGradients, length: number): ViewGradients {
  if (gradients.features.length === length) return gradients;
  const features = new Float32Array(length);
  features.set(gradients.features);
  return { ...gradients, features };
}
