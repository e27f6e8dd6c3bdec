import { Matrix, solve } from 'ml-matrix';
import type { Camera } from '../../../runtime/camera/camera.js';
import { landmarkCount } from '../faces/faceTopology.js';

/** Landmarks in one picture of a head from a known camera. */
export interface SeenLandmarks {
  readonly camera: Camera;
  /** Parts of the picture's side from its top left corner: [468, 2] */
  readonly places: Float64Array;
  /** How much each counts: [468] */
  readonly weights: Float64Array;
}

/** The ray of a place: from the camera's position, in world axes. */
function rayOf({ cam2world: m, intrinsics: k }: Camera, x: number, y: number): readonly [number, number, number] {
  const v = (y - k[5]!) / k[4]!;
  const u = (x - k[2]! - k[1]! * v) / k[0]!;
  const along = (row: number): number => m[4 * row]! * u + m[4 * row + 1]! * v + m[4 * row + 2]!;
  const [a, b, c] = [along(0), along(1), along(2)];
  const length = Math.hypot(a, b, c);
  return [a / length, b / length, c / length];
}

/**
 * The points nearest to their rays by weighted least squares.
 * @param views two at least, not all from one place
 * @returns world units: [468, 3]
 */
export function triangulate(views: readonly SeenLandmarks[]): Float64Array {
  const points = new Float64Array(3 * landmarkCount);
  for (let i = 0; i < landmarkCount; i++) {
    const normal = Matrix.zeros(3, 3);
    const right = Matrix.zeros(3, 1);
    for (const { camera, places, weights } of views) {
      const ray = rayOf(camera, places[2 * i]!, places[2 * i + 1]!);
      const position = [3, 7, 11].map((at) => camera.cam2world[at]!);
      for (let row = 0; row < 3; row++) {
        for (let column = 0; column < 3; column++) {
          // Takes away what lies along the ray.
          const across = weights[i]! * ((row === column ? 1 : 0) - ray[row]! * ray[column]!);
          normal.set(row, column, normal.get(row, column) + across);
          right.set(row, 0, right.get(row, 0) + across * position[column]!);
        }
      }
    }
    points.set(solve(normal, right).to1DArray(), 3 * i);
  }
  return points;
}
