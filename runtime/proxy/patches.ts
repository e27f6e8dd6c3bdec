import type { PointValues } from '../render/pointEvaluator.js';
import type { Radiance } from './field.js';

/** Numbers that tell one place of a head from another: coverage, and coverage times colour. */
export const features = 4;

/** How finely a volume is looked at. */
export interface PatchScale {
  /** Half side of the patch around a vertex, world units. */
  readonly reach: number;
  /** Fall of the density over which coverage goes from 0.27 to 0.73. */
  readonly softness: number;
}

/** Points a patch has each way. */
const side = 3;
export const patchPoints = side ** 3;

/** What coverage is worth beside the three colours. */
const coverageWeight = 1;
const colorWeight = 1.5;

function offsetOf(point: number, axis: number, reach: number): number {
  return reach * ((Math.floor(point / side ** axis) % side) - (side - 1) / 2) * (2 / (side - 1));
}

/**
 * Looks at a cube of points around each centre.
 * @param centres [n, 3]
 * @returns [n, patchPoints, features]
 */
export async function lookAround(
  radiance: Radiance,
  level: number,
  centres: Float32Array,
  { reach, softness }: PatchScale,
): Promise<Float32Array> {
  const count = (centres.length / 3) * patchPoints;
  const points = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    const centre = Math.floor(i / patchPoints) * 3;
    for (let axis = 0; axis < 3; axis++) {
      points[i * 3 + axis] = centres[centre + axis]! + offsetOf(i % patchPoints, axis, reach);
    }
  }
  return describe(await radiance(points), level, softness);
}

function describe({ sigmas, colors }: PointValues, level: number, softness: number): Float32Array {
  const out = new Float32Array(sigmas.length * features);
  for (let i = 0; i < sigmas.length; i++) {
    const coverage = 1 / (1 + Math.exp((level - sigmas[i]!) / softness));
    out[i * features] = coverageWeight * coverage;
    for (let c = 0; c < 3; c++) out[i * features + 1 + c] = colorWeight * coverage * colors[i * 3 + c]!;
  }
  return out;
}

/** How the features change along x, y and z: central differences. Three arrays as `lookAround`'s. */
export async function gradientsAround(
  radiance: Radiance,
  level: number,
  centres: Float32Array,
  scale: PatchScale,
): Promise<readonly Float32Array[]> {
  const step = scale.reach / 4;
  const gradients: Float32Array[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const moved = (by: number): Float32Array => centres.map((value, i) => (i % 3 === axis ? value + by : value));
    const ahead = await lookAround(radiance, level, moved(step), scale);
    const behind = await lookAround(radiance, level, moved(-step), scale);
    gradients.push(ahead.map((value, i) => (value - behind[i]!) / (2 * step)));
  }
  return gradients;
}
