import { ShapeError } from '../core/errors.js';
import type { Mesh } from './mesh.js';

/** Samples of a scalar at the corners of a regular grid of cubes: x fastest, then y, then z. */
export interface ScalarGrid {
  /** Samples along x, y and z; at least 2 each. */
  readonly counts: readonly [number, number, number];
  /** World position of the first sample. */
  readonly origin: readonly [number, number, number];
  /** Distance of neighbouring samples. */
  readonly spacing: number;
  /** Positive inside. */
  readonly values: Float32Array;
}

/**
 * The surface where the scalar is 0: one vertex in each cube that it crosses, at the mean of the crossings of the cube's
 * edges, one quad for each crossed edge of the grid. Closed where the scalar is negative on the grid's border.
 * Source: Gibson, Constrained Elastic Surface Nets (1998), without the relaxation.
 */
export function surfaceNets(grid: ScalarGrid): Mesh {
  const { counts, values } = grid;
  const [nx, ny, nz] = counts;
  if (counts.some((count) => !Number.isInteger(count) || count < 2) || values.length !== nx * ny * nz) {
    throw new ShapeError(
      'proxy/grid',
      `surfaceNets: expected [${nx}, ${ny}, ${nz}] samples, at least 2 each way, got ${values.length}.`,
    );
  }
  const isInside = (sample: number): boolean => values[sample]! > 0;
  const strides = [1, nx, nx * ny] as const;
  const { vertexOf, positions } = netVertices(grid, strides);
  const indices: number[] = [];
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const at = [x, y, z];
        const sample = x + nx * y + nx * ny * z;
        const inside = isInside(sample);
        for (let axis = 0; axis < 3; axis++) {
          const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
          // Edges on the border have no four cubes around them.
          const hasCubes = [u, v].every((side) => at[side]! >= 1 && at[side]! + 1 < counts[side]!);
          if (!hasCubes || at[axis]! + 1 >= counts[axis]!) continue;
          if (inside === isInside(sample + strides[axis]!)) continue;
          const [du, dv] = [strides[u]!, strides[v]!];
          const ring = [sample - du - dv, sample - dv, sample, sample - du].map((cube) => vertexOf[cube]!);
          const [a, b, c, d] = (inside ? ring : ring.reverse()) as [number, number, number, number];
          // The shorter diagonal folds less.
          if (distance(positions, a, c) <= distance(positions, b, d)) indices.push(a, b, c, a, c, d);
          else indices.push(b, c, d, b, d, a);
        }
      }
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

const distance = (positions: readonly number[], a: number, b: number): number =>
  Math.hypot(...[0, 1, 2].map((axis) => positions[a * 3 + axis]! - positions[b * 3 + axis]!));

/** The vertex of each crossed cube, cubes named by their first corner; -1: none. */
function netVertices({ counts, origin, spacing, values }: ScalarGrid, strides: readonly [number, number, number]) {
  const [nx, ny, nz] = counts;
  const vertexOf = new Int32Array(values.length).fill(-1);
  const positions: number[] = [];
  const corner = new Float64Array(8);
  const isInside = (k: number): boolean => corner[k]! > 0;
  for (let z = 0; z + 1 < nz; z++) {
    for (let y = 0; y + 1 < ny; y++) {
      for (let x = 0; x + 1 < nx; x++) {
        const cube = x + nx * y + nx * ny * z;
        let inside = 0;
        for (let k = 0; k < 8; k++) {
          corner[k] = values[cube + (k & 1) * strides[0] + ((k >> 1) & 1) * strides[1] + (k >> 2) * strides[2]]!;
          if (isInside(k)) inside++;
        }
        if (inside === 0 || inside === 8) continue;
        const sum = [0, 0, 0];
        let crossings = 0;
        for (let k = 0; k < 8; k++) {
          for (let axis = 0; axis < 3; axis++) {
            const other = k | (1 << axis);
            if (other === k || isInside(k) === isInside(other)) continue;
            const share = corner[k]! / (corner[k]! - corner[other]!);
            for (let i = 0; i < 3; i++) sum[i]! += i === axis ? share : (k >> i) & 1;
            crossings++;
          }
        }
        vertexOf[cube] = positions.length / 3;
        [x, y, z].forEach((first, axis) => {
          positions.push(origin[axis]! + (first + sum[axis]! / crossings) * spacing);
        });
      }
    }
  }
  return { vertexOf, positions };
}
