import type { Square } from './faceNets.js';

export type Point = readonly [x: number, y: number];

/** @param place in the square: x and y from its middle, in sides */
export function fromSquare({ cx, cy, side, angle }: Square, [x, y]: Point): Point {
  const [cos, sin] = [Math.cos(angle) * side, Math.sin(angle) * side];
  return [cx + cos * x - sin * y, cy + sin * x + cos * y];
}

/** The square upright about an upright picture, `factor` of its longer side. */
export function squareOf({ width, height }: { readonly width: number; readonly height: number }, factor = 1): Square {
  return { cx: width / 2, cy: height / 2, side: Math.max(width, height) * factor, angle: 0 };
}
