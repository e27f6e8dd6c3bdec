import { apply3, type Matrix3 } from '../../../runtime/core/matrix3.js';
import type { Vector3 } from '../../../runtime/core/vector3.js';

/** x' = scale * rotation x + shift */
export interface Similarity {
  readonly scale: number;
  readonly rotation: Matrix3;
  readonly shift: Vector3;
}

/**
 * The similarity that brings points closest to others, in the weighted least-squares sense.
 * Source: Horn, Closed-form solution of absolute orientation using unit quaternions (1987).
 * @param from [n, 3]
 * @param to [n, 3]
 * @param weights [n]
 */
export function alignPoints(from: Float64Array, to: Float64Array, weights: Float64Array): Similarity {
  const [a, b] = [centroid(from, weights), centroid(to, weights)];
  const s = new Float64Array(9);
  let spread = 0;
  for (let i = 0; i < weights.length; i++) {
    for (let row = 0; row < 3; row++) {
      const p = from[3 * i + row]! - a[row]!;
      spread += weights[i]! * p * p;
      for (let column = 0; column < 3; column++) {
        s[3 * row + column]! += weights[i]! * p * (to[3 * i + column]! - b[column]!);
      }
    }
  }
  const rotation = quaternionMatrix(largestEigenvector(hornMatrix(s)));
  let along = 0;
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) along += rotation[3 * column + row]! * s[3 * row + column]!;
  }
  const scale = along / spread;
  const turned = apply3(rotation, a);
  return { scale, rotation, shift: [b[0] - scale * turned[0], b[1] - scale * turned[1], b[2] - scale * turned[2]] };
}

/** @returns [n, 3] */
export function moveByRule(points: Float64Array, { scale, rotation, shift }: Similarity): Float64Array {
  const moved = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i]!, points[i + 1]!, points[i + 2]!];
    for (let row = 0; row < 3; row++) {
      moved[i + row] =
        scale * (rotation[3 * row]! * x + rotation[3 * row + 1]! * y + rotation[3 * row + 2]! * z) + shift[row]!;
    }
  }
  return moved;
}

function centroid(points: Float64Array, weights: Float64Array): Vector3 {
  let [x, y, z, total] = [0, 0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    x += weight * points[3 * i]!;
    y += weight * points[3 * i + 1]!;
    z += weight * points[3 * i + 2]!;
    total += weight;
  }
  return [x / total, y / total, z / total];
}

/** Horn's symmetric matrix of the covariance s = sum of from to^T: [4, 4]. */
function hornMatrix(s: Float64Array): Float64Array {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as unknown as Matrix3;
  return Float64Array.from([
    ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
    ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
    ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
    ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
}

/** By Jacobi's rotations. */
function largestEigenvector(a: Float64Array): readonly [number, number, number, number] {
  const v = Float64Array.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < 3; p++) for (let q = p + 1; q < 4; q++) jacobiRotation(a, v, p, q);
  }
  const largest = [1, 2, 3].reduce((best, i) => (a[5 * i]! > a[5 * best]! ? i : best), 0);
  return [v[largest]!, v[4 + largest]!, v[8 + largest]!, v[12 + largest]!];
}

function jacobiRotation(a: Float64Array, v: Float64Array, p: number, q: number): void {
  const between = a[4 * p + q]!;
  if (Math.abs(between) < 1e-300) return;
  const theta = (a[5 * q]! - a[5 * p]!) / (2 * between);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(t * t + 1);
  const sin = t * cos;
  for (let k = 0; k < 4; k++) turn(a, 4 * k + p, 4 * k + q, cos, sin);
  for (let k = 0; k < 4; k++) turn(a, 4 * p + k, 4 * q + k, cos, sin);
  for (let k = 0; k < 4; k++) turn(v, 4 * k + p, 4 * k + q, cos, sin);
}

function turn(values: Float64Array, i: number, j: number, cos: number, sin: number): void {
  const [x, y] = [values[i]!, values[j]!];
  values[i] = cos * x - sin * y;
  values[j] = sin * x + cos * y;
}

function quaternionMatrix([w, x, y, z]: readonly [number, number, number, number]): Matrix3 {
  return [
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  ];
}
