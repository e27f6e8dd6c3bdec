import type { Vector3 } from './vector3.js';

/** Nine numbers, row-major. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

export function determinant3([a, b, c, d, e, f, g, h, i]: Matrix3): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** @returns null where the determinant is nearly 0 */
export function inverse3(m: Matrix3): Matrix3 | null {
  const determinant = determinant3(m);
  if (!(Math.abs(determinant) > 1e-12)) return null;
  const [a, b, c, d, e, f, g, h, i] = m;
  const s = 1 / determinant;
  return [
    (e * i - f * h) * s,
    (c * h - b * i) * s,
    (b * f - c * e) * s,
    (f * g - d * i) * s,
    (a * i - c * g) * s,
    (c * d - a * f) * s,
    (d * h - e * g) * s,
    (b * g - a * h) * s,
    (a * e - b * d) * s,
  ];
}

/** a b */
export function multiply3(a: Matrix3, b: Matrix3): Matrix3 {
  const at = (row: number, column: number): number =>
    a[3 * row]! * b[column]! + a[3 * row + 1]! * b[3 + column]! + a[3 * row + 2]! * b[6 + column]!;
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)];
}

export const transpose3 = ([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 => [a, d, g, b, e, h, c, f, i];

/** m v */
export const apply3 = (m: Matrix3, [x, y, z]: Vector3): Vector3 => [
  m[0] * x + m[1] * y + m[2] * z,
  m[3] * x + m[4] * y + m[5] * z,
  m[6] * x + m[7] * y + m[8] * z,
];

/** The rotation by |w| radians about w. Source: Rodrigues' formula. */
export function rotationAbout([x, y, z]: Vector3): Matrix3 {
  const angle = Math.hypot(x, y, z);
  // sin a / a and (1 - cos a) / a^2, by their series where a is small.
  const s = angle < 1e-4 ? 1 - angle ** 2 / 6 : Math.sin(angle) / angle;
  const c = angle < 1e-4 ? 0.5 - angle ** 2 / 24 : (1 - Math.cos(angle)) / angle ** 2;
  return [
    1 - c * (y * y + z * z),
    c * x * y - s * z,
    c * x * z + s * y,
    c * x * y + s * z,
    1 - c * (x * x + z * z),
    c * y * z - s * x,
    c * x * z - s * y,
    c * y * z + s * x,
    1 - c * (x * x + y * y),
  ];
}
