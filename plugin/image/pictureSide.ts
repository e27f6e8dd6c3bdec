/** How large pictures are made. */
export interface SideLimits {
  /** Largest side, pixels. */
  readonly resolution: number;
  /** The same while something moves. */
  readonly movingResolution: number;
  /** `auto`: a pixel of the picture for a pixel of the screen; a number: so many. */
  readonly renderScale: number | 'auto';
}

/** Sides are multiples, so that a head that comes nearer does not need a new texture in every frame. */
const step = 32;

/**
 * Side of the picture of a head, pixels.
 * @param pixels its side on the screen
 */
export function pictureSide(pixels: number, moving: boolean, limits: SideLimits): number {
  const { resolution, movingResolution, renderScale } = limits;
  const most = Math.max(1, Math.floor(moving ? Math.min(movingResolution, resolution) : resolution));
  const wanted = pixels * (renderScale !== 'auto' && renderScale > 0 ? renderScale : 1);
  return Math.min(most, Math.max(step, Math.ceil(wanted / step) * step));
}
