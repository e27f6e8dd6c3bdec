import type { GeneratorConfig } from '../checkpoint/config/config.js';
import type { Vector3 } from '../core/vector3.js';
import { expectGiven } from '../core/given.js';

/** What there is of a head around the origin of head space. */
export interface HeadExtent {
  /** Of the sphere that a picture shows. */
  readonly radius: number;
  /** Half sides of the box outside which nothing is shown. */
  readonly half: Vector3;
}

/** How far beyond its own camera's picture a base's heads are still sound. */
const seenMargin = 1.05;

/**
 * The extent of a base's heads: its planes' cube, but little higher or lower than its own camera sees. What lies there
 * was hardly ever seen in training, from any side, and holds debris.
 */
export function headExtent(config: Pick<GeneratorConfig, 'camera' | 'rendering'>): HeadExtent {
  expectGiven('headExtent', 'config', config);
  const { camera, rendering } = config;
  const side = rendering.boxWarp / 2;
  const seen = (0.5 / camera.focal) * camera.radius;
  return { radius: side, half: [side, Math.min(side, seenMargin * seen), side] };
}
