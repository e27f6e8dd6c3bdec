import type { Base } from '../../runtime/checkpoint/base/base.js';
import { expectGiven } from '../../runtime/core/given.js';

/** How finely a head is rendered. */
export interface HeadQuality {
  /** Side of the picture, pixels. */
  readonly resolution: number;
  /** The same while the head or the camera moves. */
  readonly movingResolution: number;
  /** Coarse samples along a ray, and those of the importance pass. */
  readonly depthResolution: number;
  readonly depthResolutionImportance: number;
}

/** What a machine can be asked for without being measured: the base's own sampling, or little of it in software. */
export function defaultQuality(base: Base, software: boolean): HeadQuality {
  expectGiven('defaultQuality', 'base', base);
  if (software) return { resolution: 96, movingResolution: 96, depthResolution: 16, depthResolutionImportance: 16 };
  const { depthResolution, depthResolutionImportance } = base.config.rendering;
  return { resolution: 512, movingResolution: 256, depthResolution, depthResolutionImportance };
}
