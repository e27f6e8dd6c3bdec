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
