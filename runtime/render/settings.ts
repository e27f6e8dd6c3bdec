import type { RenderingConfig } from '../checkpoint/config/config.js';
import { ShapeError } from '../core/errors.js';
import { hashKey } from '../core/hash.js';

/**
 * Where inside its stratum a coarse sample lies, and where the importance pass draws.
 * `mid`: always the middle, and importance draws evenly (the convention of the goldens; stable images).
 * A seed: hashed per ray and sample, as EG3D draws at random; the same seed gives the same image.
 */
export type Jitter = 'mid' | { readonly seed: string };

/** How a volume is rendered. */
export interface RenderSettings extends RenderingConfig {
  readonly jitter: Jitter;
  /** Feature channels wanted, counted from the first: 3 for the raw image alone. */
  readonly channels: number;
  /**
   * Colours of samples that would count for less than this are left out. 0 is exact; 1e-4 is invisible in 8 bits
   * and several times faster on opaque heads.
   */
  readonly minWeight: number;
  /**
   * Distance of the camera from the origin that `rayStart` and `rayEnd` are meant for, world units; cameras elsewhere have
   * them moved along, see `viewBounds`. Absent: they hold for every camera, as in the original.
   */
  readonly boundsRadius?: number;
}

/** Where the rays of one view are sampled, in place of the settings' `rayStart` and `rayEnd`. World units. */
export interface RayBounds {
  readonly start: number;
  readonly end: number;
  /** Half sides of a box around the origin; nothing outside it is seen. */
  readonly crop?: readonly [number, number, number];
}

/** The settings with the bounds of one view. */
export function boundedSettings(settings: RenderSettings, bounds: RayBounds | undefined): RenderSettings {
  if (!bounds) return settings;
  const { start, end, crop } = bounds;
  const bounded = { ...settings, rayStart: start, rayEnd: end };
  validateSettings(bounded);
  if (crop?.some((half) => !(half > 0))) {
    throw new ShapeError('render/settings', `render: crop must be three positive numbers, got ${crop.join(', ')}.`);
  }
  return bounded;
}

/** Keys of the two hashed streams. */
export function jitterKeys(seed: string): { coarse: number; importance: number } {
  return { coarse: hashKey(`${seed}:jitter.coarse`), importance: hashKey(`${seed}:jitter.u`) };
}

/** Settings that reproduce the configuration; the exception are those given. */
export function renderSettings(
  rendering: RenderingConfig,
  channels: number,
  changes: Partial<RenderSettings> = {},
): RenderSettings {
  const settings: RenderSettings = { ...rendering, jitter: 'mid', channels, minWeight: 0, ...changes };
  validateSettings(settings);
  return settings;
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ShapeError(
      'render/settings',
      `render: ${name} must be a whole number of at least ${least}, got ${value}.`,
    );
  }
}

function validateSettings(settings: RenderSettings): void {
  const { depthResolution, depthResolutionImportance, rayStart, rayEnd, boxWarp } = settings;
  requireInteger('depthResolutionImportance', depthResolutionImportance, 0);
  // The importance pass drops two intervals at each end, so it needs one that is left.
  requireInteger('depthResolution', depthResolution, depthResolutionImportance > 0 ? 4 : 2);
  requireInteger('channels', settings.channels, 1);
  if (!(boxWarp > 0 && Number.isFinite(boxWarp))) {
    throw new ShapeError('render/settings', `render: boxWarp must be a positive number, got ${boxWarp}.`);
  }
  if ((rayStart === 'auto') !== (rayEnd === 'auto')) {
    throw new ShapeError('render/settings', `render: rayStart and rayEnd must both be "auto" or both be numbers.`);
  }
  if (rayStart !== 'auto' && rayEnd !== 'auto' && !(rayStart < rayEnd && Number.isFinite(rayEnd - rayStart))) {
    throw new ShapeError(
      'render/settings',
      `render: rayStart ${rayStart} must lie before rayEnd ${rayEnd}, both finite.`,
    );
  }
  if (!(settings.minWeight >= 0)) {
    throw new ShapeError('render/settings', `render: minWeight must be 0 or more, got ${settings.minWeight}.`);
  }
  if (settings.disparitySpaceSampling && rayStart !== 'auto' && rayStart <= 0) {
    throw new ShapeError('render/settings', `render: sampling in disparity needs rayStart > 0, got ${rayStart}.`);
  }
}

/** Side of an image, checked. */
export function requireResolution(resolution: number): void {
  requireInteger('the image side', resolution, 1);
}
