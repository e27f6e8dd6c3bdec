import { brickSide } from './bakeSettings.js';

/** What a brick of the occupancy holds besides a distance. */
export const brick = {
  /** To be marched. */
  filled: 0,
  /** So deep inside that no ray gets through. */
  solid: 255,
} as const;

/** Cells (half a brick wide) with a density of at least this all around are inside, before activation. */
const insideDensity = 100;
/** Cells with a density above this may be seen, before activation: less makes no alpha of 1/255 in a cell. */
const seenDensity = 0;

/**
 * Which bricks are baked, from the density at the centres of cells of 2³ voxels:
 *   seen = any of the 3³ cells around > 0;  inside = all of the 5³ cells around > 100 (cells that are cut off are outside);
 *   a brick is solid where all of its 2³ cells are inside, filled where one is seen and not inside.
 * @param densities [C, C, C] before activation, z slowest; C = 2 B
 * @param cut cells at both ends of each axis (x, y, z) that no ray sees
 * @returns [B, B, B]: 1 filled, 2 solid, 0 empty
 * Twin: shaders/fast/band.wgsl.
 */
export function bandBricks(
  densities: Float32Array | Float64Array,
  bricks: number,
  cut: readonly [number, number, number] = [0, 0, 0],
): Uint8Array {
  const cells = 2 * bricks;
  const seen = around(densities, cells, 1, Math.max, [0, 0, 0]);
  const inside = around(densities, cells, 2, Math.min, cut);
  const active = new Uint8Array(bricks ** 3);
  const solid = new Uint8Array(bricks ** 3).fill(1);
  for (let z = 0; z < cells; z++) {
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        const cell = (z * cells + y) * cells + x;
        const at = ((z >> 1) * bricks + (y >> 1)) * bricks + (x >> 1);
        if (inside[cell]! > insideDensity) continue;
        solid[at] = 0;
        if (seen[cell]! > seenDensity) active[at] = 1;
      }
    }
  }
  return active.map((filled, i) => (solid[i] ? 2 : filled));
}

/**
 * Chebyshev distance, in bricks, to the nearest that is not empty; 255 for solid ones.
 * @param bricks as `bandBricks` returns them
 * @returns [B, B, B]
 * Twin: shaders/fast/distances.wgsl.
 */
export function brickDistances(bricks: Uint8Array, side: number): Uint8Array {
  const far = side; // farther than any
  let distances: Float32Array = Float32Array.from(bricks, (kind) => (kind > 0 ? 0 : far));
  // One axis after the other: min over the axis of max(offset, distance so far).
  for (const stride of [1, side, side * side]) {
    const from = distances;
    distances = from.map((_, i) => {
      const place = Math.floor(i / stride) % side;
      let least = far;
      for (let other = 0; other < side; other++) {
        least = Math.min(least, Math.max(Math.abs(other - place), from[i + (other - place) * stride]!));
      }
      return least;
    });
  }
  return Uint8Array.from(distances, (distance, i) => (bricks[i] === 2 ? brick.solid : distance));
}

/** Bricks along an axis. */
export const bricksAcross = (side: number): number => side / brickSide;

/** The largest or smallest of the (2 r + 1)³ around; what is cut off counts as minus infinity. */
function around(
  values: Float32Array | Float64Array,
  side: number,
  radius: number,
  pick: (a: number, b: number) => number,
  cut: readonly [number, number, number],
): Float32Array {
  let result = Float32Array.from(values);
  [1, side, side * side].forEach((stride, axis) => {
    const from = result;
    const [least, most] = [cut[axis]!, side - cut[axis]!];
    result = from.map((value, i) => {
      const place = Math.floor(i / stride) % side;
      for (let other = place - radius; other <= place + radius; other++) {
        value = pick(value, other < least || other >= most ? -Infinity : from[i + (other - place) * stride]!);
      }
      return value;
    });
  });
  return result;
}
