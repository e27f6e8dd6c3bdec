import { softplus } from '../render/decoder.js';
import type { Points, PointValues } from '../render/pointEvaluator.js';
import type { ScalarGrid } from './surfaceNets.js';

/** A volume that can be asked for density (before its activation) and colours anywhere. */
export type Radiance = (points: Points) => Promise<PointValues>;

/** Half sides of a box around the origin, world units. */
export type HalfBox = readonly [number, number, number];

/** Fall of the density towards the box, per unit of length: as steep as a trained surface, so that the cut is as sharp. */
const wallSlope = 4e4;

/** The same volume, empty outside a box around the origin. */
export function cropped(radiance: Radiance, half: HalfBox): Radiance {
  return async (points) => {
    const { sigmas, colors } = await radiance(points);
    return {
      colors,
      sigmas: sigmas.map((sigma, i) => {
        const inset = Math.min(...half.map((side, axis) => side - Math.abs(points[i * 3 + axis]!)));
        return Math.min(sigma, inset * wallSlope);
      }),
    };
  };
}

/** Optical density per unit of length. Source: EG3D's marcher, see render/marcher.ts. */
export const opticalDensity = (sigma: number): number => softplus(sigma - 1);

/**
 * The density on a grid over a box, less `level`.
 * @param resolution samples along the longest side
 */
export async function sampleGrid(
  radiance: Radiance,
  half: HalfBox,
  resolution: number,
  level: number,
  onProgress?: (fraction: number) => void,
): Promise<ScalarGrid> {
  const spacing = (2 * Math.max(...half)) / (resolution - 1);
  // One further sample on each side, where the cropped volume is empty: the surface closes.
  const counts = half.map((side) => Math.ceil((2 * side) / spacing) + 3) as [number, number, number];
  const origin = counts.map((count) => (-(count - 1) / 2) * spacing) as [number, number, number];
  const [nx, ny, nz] = counts;
  const values = new Float32Array(nx * ny * nz);
  const layer = new Float64Array(nx * ny * 3);
  for (let z = 0; z < nz; z++) {
    for (let i = 0; i < nx * ny; i++) {
      const at = [i % nx, Math.floor(i / nx), z];
      for (let axis = 0; axis < 3; axis++) layer[i * 3 + axis] = origin[axis]! + at[axis]! * spacing;
    }
    const { sigmas } = await radiance(layer);
    for (let i = 0; i < nx * ny; i++) values[z * nx * ny + i] = sigmas[i]! - level;
    onProgress?.((z + 1) / nz);
  }
  return { counts, origin, spacing, values };
}
