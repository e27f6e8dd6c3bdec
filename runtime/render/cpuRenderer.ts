import { requireCamera, type Camera } from '../camera/camera.js';
import { PointEvaluator, type Points, type PointValues } from './pointEvaluator.js';
import { marchRays, type RenderedRays, type RenderTrace } from './rayMarch.js';
import { boxBounds, cameraRays, cropRays, fixedBounds, type Rays } from './rays.js';
import { boundedSettings, requireResolution, type RayBounds, type RenderSettings } from './settings.js';
import type { Volume } from './volume.js';

export { emptyTrace, type RenderedRays, type RenderTrace } from './rayMarch.js';
export type { Volume } from './volume.js';

/**
 * Rays of a camera.
 * @param view bounds of this view; absent: those of the settings
 */
export function raysFor(camera: Camera, resolution: number, settings: RenderSettings, view?: RayBounds): Rays {
  requireResolution(resolution);
  requireCamera(camera);
  const rays = cameraRays(camera, resolution);
  const { rayStart, rayEnd, boxWarp } = boundedSettings(settings, view);
  const bounds =
    rayStart === 'auto' || rayEnd === 'auto' ? boxBounds(rays, boxWarp) : fixedBounds(rays.count, rayStart, rayEnd);
  return view?.crop ? cropRays({ ...rays, bounds }, view.crop, view.end) : { ...rays, bounds };
}

/**
 * The renderer in plain TypeScript, in float64: the twin of the WGSL kernels.
 * @param trace filled where given
 */
export function renderRays(volume: Volume, rays: Rays, settings: RenderSettings, trace?: RenderTrace): RenderedRays {
  const evaluator = new PointEvaluator(volume, settings.boxWarp, settings.channels);
  const march = marchRays(rays, settings, trace);
  let step = march.next();
  while (step.done !== true) step = march.next(evaluator.evaluate(step.value));
  return step.value;
}

/** Progress and cancelling of a long rendering. */
export interface RenderProgress {
  /** @param fraction 0..1 */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** The same with points evaluated elsewhere, in float32: what machines without a GPU use. */
export async function renderRaysWith(
  evaluate: (points: Points) => Promise<PointValues>,
  rays: Rays,
  settings: RenderSettings,
  { onProgress, signal }: RenderProgress = {},
): Promise<RenderedRays> {
  const march = marchRays(rays, settings);
  const total = rays.count * (settings.depthResolution + settings.depthResolutionImportance);
  let done = 0;
  let step = march.next();
  while (step.done !== true) {
    signal?.throwIfAborted();
    done += step.value.length / 3;
    step = march.next(await evaluate(step.value));
    onProgress?.(done / total);
  }
  return step.value;
}
