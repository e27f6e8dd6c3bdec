import type { Camera } from '../camera/camera.js';
import type { RayBounds, RenderSettings } from './settings.js';

/** Cameras this near the base's own distance keep the published bounds: labels are rounded. World units. */
const sameDistance = 1e-3;
/** Nothing is sampled nearer to a camera, world units. */
const nearest = 0.02;

/**
 * Where the rays of a camera are sampled. Fixed bounds are those of a camera at `boundsRadius`; a camera that is nearer or
 * farther has them moved along by as much: at .9 units a selfie's head lies where bounds of 2.25 to 3.3 see nothing.
 * @returns undefined where the settings' own hold: automatic bounds, no `boundsRadius`, or a camera at that distance
 */
export function viewBounds(
  { cam2world: m }: Camera,
  { rayStart, rayEnd, boundsRadius }: Pick<RenderSettings, 'rayStart' | 'rayEnd' | 'boundsRadius'>,
): RayBounds | undefined {
  if (rayStart === 'auto' || rayEnd === 'auto' || boundsRadius === undefined) return undefined;
  const shift = Math.hypot(m[3]!, m[7]!, m[11]!) - boundsRadius;
  if (Math.abs(shift) < sameDistance) return undefined;
  const start = Math.max(nearest, rayStart + shift);
  return { start, end: Math.max(start + nearest, rayEnd + shift) };
}
