/** A triangle mesh; seen from outside, triangles turn counter-clockwise (right-handed space, as glTF). */
export interface Mesh {
  /** [V, 3], world units of EG3D: the head around the origin, y up, the face towards +z. */
  readonly positions: Float32Array;
  /** [T, 3] */
  readonly indices: Uint32Array;
}

/** Neighbours of vertex v: `neighbours[starts[v] .. starts[v + 1]]`, each once. */
export interface Adjacency {
  readonly starts: Uint32Array;
  readonly neighbours: Uint32Array;
}

export function adjacencyOf(indices: Uint32Array, vertices: number): Adjacency {
  const sets = Array.from({ length: vertices }, () => new Set<number>());
  for (let t = 0; t < indices.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const [a, b] = [indices[t + k]!, indices[t + ((k + 1) % 3)]!];
      sets[a]!.add(b);
      sets[b]!.add(a);
    }
  }
  const starts = new Uint32Array(vertices + 1);
  sets.forEach((set, v) => (starts[v + 1] = starts[v]! + set.size));
  return { starts, neighbours: Uint32Array.from(sets.flatMap((set) => [...set])) };
}

/**
 * Drops vertices that no triangle uses.
 * @returns the mesh and, for each vertex left, its number before: [V]
 */
export function compactMesh({ positions, indices }: Mesh): { readonly mesh: Mesh; readonly kept: Uint32Array } {
  const renamed = new Map<number, number>();
  const compact = indices.map((v) => {
    const known = renamed.get(v);
    if (known !== undefined) return known;
    renamed.set(v, renamed.size);
    return renamed.size - 1;
  });
  const kept = Uint32Array.from(renamed.keys());
  return { mesh: { positions: gatherRows(positions, kept, 3), indices: compact }, kept };
}

/** Rows `rows` of a matrix of `width` columns. */
export function gatherRows(values: Float32Array, rows: Uint32Array, width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
  return out;
}

/**
 * Vertex normals: the mean of the triangles' normals, weighted by area.
 * @returns [V, 3], unit length; where nothing has an area, +z
 */
export function vertexNormals({ positions, indices }: Mesh): Float32Array {
  const normals = new Float32Array(positions.length);
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
    const edge = (to: number, axis: number): number => positions[to + axis]! - positions[a + axis]!;
    for (let axis = 0; axis < 3; axis++) {
      const [y, z] = [(axis + 1) % 3, (axis + 2) % 3];
      const component = edge(b, y) * edge(c, z) - edge(b, z) * edge(c, y);
      for (const corner of [a, b, c]) normals[corner + axis]! += component;
    }
  }
  for (let v = 0; v < normals.length; v += 3) {
    const length = Math.hypot(normals[v]!, normals[v + 1]!, normals[v + 2]!);
    if (length > 1e-20) for (let axis = 0; axis < 3; axis++) normals[v + axis]! /= length;
    else normals.set([0, 0, 1], v);
  }
  return normals;
}
