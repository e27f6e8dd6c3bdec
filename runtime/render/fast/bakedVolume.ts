import { PointEvaluator } from '../pointEvaluator.js';
import type { RayBounds } from '../settings.js';
import type { Volume } from '../volume.js';
import { bakeSettings, brickSide, densityRange, type BakeSettings } from './bakeSettings.js';
import { foldPlanes, FoldedField } from './foldedPlanes.js';
import { bandBricks, brickDistances, bricksAcross } from './occupancy.js';

/** A face as a grid of colours and densities over the planes' cube: all that a view needs, but at edges. */
export interface BakedVolume {
  readonly side: number;
  /** Half the side of the cube, world units. */
  readonly half: number;
  /** [N, N, N, 4] z slowest: red, green, blue, and the density by `densityRange`; 0 outside the filled bricks. */
  readonly voxels: Uint8Array;
  /** `[B, B, B]`: bricks to the nearest that is filled or solid; 0 filled, 255 solid. */
  readonly distances: Uint8Array;
  /** Decodes the same planes exactly, for edges: three features. */
  readonly points: PointEvaluator;
  /** Filled bricks. */
  readonly filled: number;
  /** Points that were decoded. */
  readonly evaluations: number;
}

/** How many cells have their centre outside the box, at each end of each axis. */
export function cutCells(half: number, cells: number, crop: RayBounds['crop']): [number, number, number] {
  const count = (axis: 0 | 1 | 2): number =>
    crop ? Math.min(cells / 2, Math.max(0, Math.round(((half - crop[axis]) * cells) / (2 * half)))) : 0;
  return [count(0), count(1), count(2)];
}

/** 8 bits of a colour or share, 0..1. */
const toByte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));

/**
 * Decodes planes once, where a surface may be seen, at the centres of a grid's voxels.
 * Source: facts performance.md section 6. Twin: shaders/fast/band.wgsl and bake.wgsl.
 * @param boxWarp side of the cube the planes span, world units
 * @param crop half sides of the box that views will be cut to; absent: the cube
 */
export function bakeVolume(
  volume: Volume,
  boxWarp: number,
  changes: Partial<BakeSettings> = {},
  crop?: RayBounds['crop'],
): BakedVolume {
  const { side } = bakeSettings(changes);
  const field = new FoldedField(foldPlanes(volume), volume.projection, volume.decoder, boxWarp);
  const half = boxWarp / 2;
  const bricks = bricksAcross(side);
  const cells = 2 * bricks;
  const centre = (i: number, count: number): number => ((2 * i + 1) / count - 1) * half;
  const densities = new Float32Array(cells ** 3);
  for (let i = 0; i < densities.length; i++) {
    const [x, y, z] = [i % cells, Math.floor(i / cells) % cells, Math.floor(i / cells ** 2)];
    densities[i] = field.density(centre(x, cells), centre(y, cells), centre(z, cells));
  }
  const band = bandBricks(densities, bricks, cutCells(half, cells, crop));
  const voxels = new Uint8Array(4 * side ** 3);
  const value = new Float64Array(4);
  let filled = 0;
  band.forEach((kind, i) => {
    if (kind !== 1) return;
    filled++;
    const first = [i % bricks, Math.floor(i / bricks) % bricks, Math.floor(i / bricks ** 2)].map((b) => b * brickSide);
    for (let v = 0; v < brickSide ** 3; v++) {
      const x = first[0]! + (v % brickSide);
      const y = first[1]! + (Math.floor(v / brickSide) % brickSide);
      const z = first[2]! + Math.floor(v / brickSide ** 2);
      field.evaluate(centre(x, side), centre(y, side), centre(z, side), value);
      const at = 4 * ((z * side + y) * side + x);
      for (let c = 0; c < 3; c++) voxels[at + c] = toByte(value[c]!);
      voxels[at + 3] = toByte((value[3]! - densityRange.least) / (densityRange.most - densityRange.least));
    }
  });
  const evaluations = densities.length + filled * brickSide ** 3;
  const points = new PointEvaluator(volume, boxWarp, 3);
  return { side, half, voxels, distances: brickDistances(band, bricks), points, filled, evaluations };
}
