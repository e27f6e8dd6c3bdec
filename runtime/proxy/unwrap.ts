import { ShapeError } from '../core/errors.js';
import { gatherRows, type Mesh } from './mesh.js';

/**
 * An upright capsule that a head is unrolled from: a cylinder around x = 0, z = `z` from `bottom` to `top`, a dome of
 * `radius` above it, and below it a short one for where the neck is cut.
 */
interface Capsule {
  readonly z: number;
  readonly radius: number;
  readonly bottom: number;
  readonly top: number;
}

/** How much of the texture's height the cut of the neck gets, in radii; nobody looks there. */
const cutHeight = 0.25;

/** A mesh cut open for its texture. */
export interface Unwrapped {
  readonly mesh: Mesh;
  /**
   * [V, 2], (0, 0) the upper left corner of the texture, as in glTF; the face in the middle, the seam at the back. Triangles
   * that lie across the seam reach beyond u = 1: the texture repeats.
   */
  readonly uvs: Float32Array;
  /** `[V]`: the vertex of the closed mesh that each one is; those on the seam are there twice. */
  readonly source: Uint32Array;
}

/** @throws ShapeError for a mesh without extent */
export function unwrap({ positions, indices }: Mesh): Unwrapped {
  const capsule = capsuleOf(positions);
  const vertices = positions.length / 3;
  const across = new Float64Array(vertices);
  const down = new Float64Array(vertices);
  for (let v = 0; v < vertices; v++) [across[v], down[v]] = place(capsule, positions.subarray(v * 3, v * 3 + 3));

  const shifted = new Map<number, number>();
  const source = Array.from({ length: vertices }, (_, v) => v);
  const cut = indices.slice();
  for (let t = 0; t < indices.length; t += 3) {
    const corners = indices.subarray(t, t + 3);
    const ends = [...corners].map((v) => across[v]!);
    // A triangle that spans more than half the way around runs across the seam: its left corners go a turn further.
    if (Math.max(...ends) - Math.min(...ends) <= 0.5) continue;
    corners.forEach((v, k) => {
      if (across[v]! >= 0.5) return;
      let twin = shifted.get(v);
      if (twin === undefined) {
        twin = source.length;
        source.push(v);
        shifted.set(v, twin);
      }
      cut[t + k] = twin;
    });
  }
  return finish(positions, cut, source, vertices, across, down);
}

/** Leaves out what no triangle uses any more. */
function finish(
  positions: Float32Array,
  indices: Uint32Array,
  source: readonly number[],
  originals: number,
  across: Float64Array,
  down: Float64Array,
): Unwrapped {
  const used = new Set(indices);
  const kept = Uint32Array.from(source.keys()).filter((v) => used.has(v));
  const renamed = new Map([...kept].map((v, i) => [v, i]));
  const from = kept.map((v) => source[v]!);
  const uvs = new Float32Array(kept.length * 2);
  kept.forEach((v, i) => uvs.set([across[from[i]!]! + (v >= originals ? 1 : 0), down[from[i]!]!], i * 2));
  return {
    mesh: { positions: gatherRows(positions, from, 3), indices: indices.map((v) => renamed.get(v)!) },
    uvs,
    source: from,
  };
}

function capsuleOf(positions: Float32Array): Capsule {
  const axis = (i: number): Float32Array => positions.filter((_, at) => at % 3 === i).sort();
  const [xs, ys, zs] = [axis(0), axis(1), axis(2)];
  const [lowest, highest] = [ys[0]!, ys[ys.length - 1]!];
  const extent = highest - lowest;
  if (!(extent > 0)) throw new ShapeError('proxy/flat', 'unwrap: the mesh has no height.');
  const z = (zs[0]! + zs[zs.length - 1]!) / 2;
  const radius = Math.min((xs[xs.length - 1]! - xs[0]! + zs[zs.length - 1]! - zs[0]!) / 4, extent / 2);
  return { z, radius, bottom: lowest + extent * 0.02, top: highest - radius };
}

/** Turn around the axis, 0..1 from the back over the head's right side, and way down from the crown, 0..1. */
function place({ z, radius, bottom, top }: Capsule, point: Float32Array): [number, number] {
  const [x, y, forward] = [point[0]!, point[1]!, point[2]! - z];
  const out = Math.hypot(x, forward);
  const quarter = (Math.PI / 2) * radius;
  const length = quarter + (top - bottom) + cutHeight * radius;
  let way = quarter + top - Math.min(top, Math.max(bottom, y));
  if (y > top) way -= Math.atan2(y - top, out) * radius;
  if (y < bottom) way += (Math.atan2(bottom - y, out) / (Math.PI / 2)) * cutHeight * radius;
  return [0.5 + Math.atan2(x, forward) / (2 * Math.PI), way / length];
}
