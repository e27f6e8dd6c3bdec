import type { FreeView } from './pointTerms.js';

/**
 * Normals of a mesh's corners, outwards, of length 1.
 * @param points [n, 3]
 * @param triangles counter-clockwise from outside: [t, 3]
 * @param normals [n, 3], written
 */
export function cornerNormals(points: Float64Array, triangles: Int32Array, normals: Float64Array): void {
  normals.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!];
    const [ux, uy, uz] = [points[b]! - points[a]!, points[b + 1]! - points[a + 1]!, points[b + 2]! - points[a + 2]!];
    const [vx, vy, vz] = [points[c]! - points[a]!, points[c + 1]! - points[a + 1]!, points[c + 2]! - points[a + 2]!];
    const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (let corner = 0; corner < 3; corner++) {
      const at = 3 * triangles[t + corner]!;
      normals[at]! += x;
      normals[at + 1]! += y;
      normals[at + 2]! += z;
    }
  }
  for (let at = 0; at < normals.length; at += 3) {
    const length = Math.hypot(normals[at]!, normals[at + 1]!, normals[at + 2]!) + 1e-12;
    for (let axis = 0; axis < 3; axis++) normals[at + axis]! /= length;
  }
}

/** What a landmark that faces away still counts. */
const least = 0.02;

/**
 * How well a landmark is seen, .02 to 1: the landmark net guesses what faces away.
 * Source: measured, facts of issue 13.
 * @param cosine of the angle between the surface's normal and the way to the camera
 */
export const visibilityAt = (cosine: number): number => Math.min(1, Math.max(least, (cosine + 0.1) / 0.5));

/**
 * How well a view sees a landmark, see `visibilityAt`.
 * @param at where the point's three numbers begin
 * @param normals [n, 3]
 * @param cameraPoint the point in camera axes before the camera's distance is added, beginning at `from`
 */
export function visibility(
  view: FreeView,
  normals: Float64Array,
  at: number,
  cameraPoint: Float64Array,
  from: number,
): number {
  const r = view.rotation;
  const [x, y, z] = [normals[at]!, normals[at + 1]!, normals[at + 2]!];
  const [cx, cy, cz] = [cameraPoint[from]!, cameraPoint[from + 1]!, cameraPoint[from + 2]! + view.distance];
  const along =
    (r[0]! * x + r[1]! * y + r[2]! * z) * cx +
    (r[3]! * x + r[4]! * y + r[5]! * z) * cy +
    (r[6]! * x + r[7]! * y + r[8]! * z) * cz;
  return visibilityAt(-along / Math.sqrt(cx * cx + cy * cy + cz * cz));
}
