import type { Radiance } from '../../runtime/proxy/field.js';
import type { Mesh } from '../../runtime/proxy/mesh.js';

/** Fall of the density per unit of length, about a trained base's. */
const slope = 2e4;

export interface Ball {
  readonly centre: readonly [number, number, number];
  readonly radius: number;
}

/** Balls of density whose colour at a point is (0.5 + x, 0.5 + y, 0.5 + z); the density is `level` on their surfaces. */
export function balls(all: readonly Ball[], level = 100): Radiance {
  return (points) => {
    const sigmas = new Float64Array(points.length / 3);
    sigmas.forEach((_, i) => {
      const depths = all.map(
        ({ centre, radius }) => radius - Math.hypot(...centre.map((value, axis) => points[i * 3 + axis]! - value)),
      );
      sigmas[i] = level + slope * Math.max(...depths);
    });
    return Promise.resolve({ sigmas, colors: points.map((value) => 0.5 + value) });
  };
}

/** How many triangles each edge has, and whether each direction of it is used at most once. */
export function edgeUse({ indices }: Mesh): { readonly counts: readonly number[]; readonly isOriented: boolean } {
  const counts = new Map<string, number>();
  const directed = new Set<string>();
  for (let t = 0; t < indices.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const [a, b] = [indices[t + k]!, indices[t + ((k + 1) % 3)]!];
      const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
      counts.set(edge, (counts.get(edge) ?? 0) + 1);
      directed.add(`${a} ${b}`);
    }
  }
  return { counts: [...counts.values()], isOriented: directed.size === indices.length };
}

/** Distances of the vertices from a point. */
export function radii({ positions }: Mesh, centre: readonly [number, number, number] = [0, 0, 0]): number[] {
  return Array.from({ length: positions.length / 3 }, (_, v) =>
    Math.hypot(...centre.map((value, axis) => positions[v * 3 + axis]! - value)),
  );
}

/** Volume enclosed; positive where triangles turn counter-clockwise from outside. */
export function volume({ positions, indices }: Mesh): number {
  let sum = 0;
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => {
      const at = indices[t + k]! * 3;
      return [positions[at]!, positions[at + 1]!, positions[at + 2]!] as const;
    }) as unknown as [readonly number[], readonly number[], readonly number[]];
    sum +=
      a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) +
      a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) +
      a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
  }
  return sum / 6;
}
