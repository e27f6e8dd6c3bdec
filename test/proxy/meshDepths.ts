import type { Mesh } from '../../runtime/proxy/mesh.js';
import type { Rays } from '../../runtime/render/rays.js';

/** Distance along each ray to the first triangle (Möller and Trumbore 1997); infinite where it meets none. */
export function meshDepths({ positions, indices }: Mesh, rays: Rays): Float64Array {
  const depths = new Float64Array(rays.count).fill(Infinity);
  const { origins, directions } = rays;
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
    const [ux, uy, uz] = [0, 1, 2].map((k) => positions[b + k]! - positions[a + k]!) as [number, number, number];
    const [vx, vy, vz] = [0, 1, 2].map((k) => positions[c + k]! - positions[a + k]!) as [number, number, number];
    for (let ray = 0; ray < rays.count; ray++) {
      const r = ray * 3;
      const [dx, dy, dz] = [directions[r]!, directions[r + 1]!, directions[r + 2]!];
      const px = dy * vz - dz * vy;
      const py = dz * vx - dx * vz;
      const pz = dx * vy - dy * vx;
      const determinant = ux * px + uy * py + uz * pz;
      if (Math.abs(determinant) < 1e-14) continue;
      const sx = origins[r]! - positions[a]!;
      const sy = origins[r + 1]! - positions[a + 1]!;
      const sz = origins[r + 2]! - positions[a + 2]!;
      const first = (sx * px + sy * py + sz * pz) / determinant;
      if (first < 0 || first > 1) continue;
      const qx = sy * uz - sz * uy;
      const qy = sz * ux - sx * uz;
      const qz = sx * uy - sy * ux;
      const second = (dx * qx + dy * qy + dz * qz) / determinant;
      if (second < 0 || first + second > 1) continue;
      const depth = (vx * qx + vy * qy + vz * qz) / determinant;
      if (depth > 0 && depth < depths[ray]!) depths[ray] = depth;
    }
  }
  return depths;
}
