import { AssetError } from '../core/errors.js';
import { compactMesh, type Mesh } from './mesh.js';

/**
 * The connected part that encloses the most: the head without debris around it and cavities inside it, whose surfaces
 * face inwards and enclose less than nothing.
 * @throws AssetError where nothing is enclosed
 */
export function largestComponent({ positions, indices }: Mesh): Mesh {
  const parent = Uint32Array.from({ length: positions.length / 3 }, (_, v) => v);
  const root = (v: number): number => {
    while (parent[v] !== v) v = parent[v] = parent[parent[v]!]!;
    return v;
  };
  for (let t = 0; t < indices.length; t += 3) {
    for (const other of [t + 1, t + 2]) parent[root(indices[other]!)] = root(indices[t]!);
  }
  const volumes = new Map<number, number>();
  for (let t = 0; t < indices.length; t += 3) {
    const part = root(indices[t]!);
    volumes.set(part, (volumes.get(part) ?? 0) + tetrahedron(positions, indices, t));
  }
  const [most, volume] = [...volumes].reduce((best, part) => (part[1] > best[1] ? part : best), [-1, 0]);
  if (!(volume > 0)) {
    throw new AssetError('proxy/empty', 'proxy: the volume has no surface at this density. Lower the level.');
  }
  const kept = indices.filter((_, i) => root(indices[i - (i % 3)]!) === most);
  return compactMesh({ positions, indices: kept }).mesh;
}

/** Six times the signed volume between a triangle and the origin. */
function tetrahedron(positions: Float32Array, indices: Uint32Array, t: number): number {
  const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
  const at = (v: number, axis: number): number => positions[v + axis]!;
  return (
    at(a, 0) * (at(b, 1) * at(c, 2) - at(b, 2) * at(c, 1)) +
    at(a, 1) * (at(b, 2) * at(c, 0) - at(b, 0) * at(c, 2)) +
    at(a, 2) * (at(b, 0) * at(c, 1) - at(b, 1) * at(c, 0))
  );
}
