import { fixedBounds } from '../render/rays.js';
import type { Radiance } from './field.js';
import { halfAlpha } from './level.js';

/** Along which line each vertex may move, and how far. */
export interface SnapLines {
  /** [V, 3] */
  readonly positions: Float32Array;
  /** [V, 3], unit length, outwards */
  readonly normals: Float32Array;
  /** World units either way. */
  readonly range: number;
  /** Samples along the line; odd, so that one lies in the middle. */
  readonly samples: number;
}

/** A line that is half met within this share of its range began in something else. */
const beginning = 0.1;

/**
 * Distance along each vertex's normal to the nearest place where the density passes its level inwards.
 * @param levels [V]
 * @returns [V]; NaN where there is none within range
 */
export async function distancesToLevel(
  radiance: Radiance,
  levels: Float32Array,
  lines: SnapLines,
): Promise<Float32Array> {
  const { positions, normals, range, samples } = lines;
  const vertices = positions.length / 3;
  const offsetAt = (s: number): number => range * (1 - (2 * s) / (samples - 1));
  const points = new Float64Array(vertices * samples * 3);
  for (let i = 0; i < vertices * samples; i++) {
    const v = Math.floor(i / samples) * 3;
    const offset = offsetAt(i % samples);
    for (let axis = 0; axis < 3; axis++) {
      points[i * 3 + axis] = positions[v + axis]! + offset * normals[v + axis]!;
    }
  }
  const { sigmas } = await radiance(points);
  return Float32Array.from({ length: vertices }, (_, v) => {
    let nearest = NaN;
    for (let s = 0; s + 1 < samples; s++) {
      const [outer, inner] = [sigmas[v * samples + s]! - levels[v]!, sigmas[v * samples + s + 1]! - levels[v]!];
      if (outer >= 0 || inner < 0) continue;
      const offset = offsetAt(s + outer / (outer - inner));
      if (Number.isNaN(nearest) || Math.abs(offset) < Math.abs(nearest)) nearest = offset;
    }
    return nearest;
  });
}

/**
 * Distance along each vertex's normal to where a short ray from outside meets half of what there is: what one sees.
 * @returns [V]; NaN where there is none within range, or the line begins in other matter
 */
export async function distancesToHalfAlpha(radiance: Radiance, lines: SnapLines): Promise<Float32Array> {
  const { positions, normals, range, samples } = lines;
  const count = positions.length / 3;
  const { depths } = await halfAlpha(
    radiance,
    {
      count,
      origins: Float64Array.from(positions, (value, i) => value + range * normals[i]!),
      directions: Float64Array.from(normals, (value) => -value),
      bounds: fixedBounds(count, 0, 2 * range),
    },
    samples,
  );
  return Float32Array.from(depths, (depth) => (depth < beginning * range ? NaN : range - depth));
}
