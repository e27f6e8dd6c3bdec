import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { pixelRays, fixedBounds, boxBounds, type Rays } from '../../runtime/render/rays.js';
import { boundedSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { viewBounds } from '../../runtime/render/viewBounds.js';
import type { Photo } from '../photos/photo.js';
import { matteCertainty } from './appearance/matteCertainty.js';
import type { Random } from './random.js';

/** One size of a photo, ready to be compared with. */
interface Level {
  readonly side: number;
  /** [3, side, side], 0..1, premultiplied with the mask: what stands behind the head counts for nothing. */
  readonly color: Float32Array;
  /** [side, side], 0..1; null where the photo has no mask. */
  readonly mask: Float32Array | null;
  /** [side, side], 0..1: how much a pixel counts by its mask, see `matteCertainty`; null where the photo has none. */
  readonly certainty: Float32Array | null;
  /** Of the mask, or the whole: first and last + 1 column and row. */
  readonly box: readonly [x0: number, x1: number, y0: number, y1: number];
}

/** A photo at full and halved sizes. */
export interface Target {
  readonly name: string;
  readonly camera: Camera;
  /** From the largest to the smallest side. */
  readonly levels: readonly Level[];
}

/** A square part of one level of a target. */
export interface Patch {
  /** Side of the level, pixels: the resolution the rays belong to. */
  readonly resolution: number;
  /** Side of the patch. */
  readonly side: number;
  /** `[side * side]`: row * resolution + column */
  readonly pixels: Uint32Array;
  /** [3, side, side], 0..1, premultiplied */
  readonly color: Float32Array;
  /** [side, side] */
  readonly mask: Float32Array | null;
  /** [side, side], 0..1: how much each pixel counts; null: all the same. */
  readonly certainty: Float32Array | null;
}

/** Mean of each 2 x 2, [channels, side, side] -> half the side. */
function halve(image: Float32Array, channels: number, side: number): Float32Array {
  const half = side >> 1;
  const out = new Float32Array(channels * half * half);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const at = (c * side + 2 * y) * side + 2 * x;
        out[(c * half + y) * half + x] = (image[at]! + image[at + 1]! + image[at + side]! + image[at + side + 1]!) / 4;
      }
    }
  }
  return out;
}

const least = 16;

/** Prepares a photo: colours times mask, halved as long as the side is even and at least 32. */
export function targetOf({ name, camera, image, mask }: Photo): Target {
  let side = image.dims.at(-1)!;
  const area = side * side;
  let color: Float32Array = image.data.map((value, i) => ((value + 1) / 2) * (mask ? mask.data[i % area]! : 1));
  let coverage: Float32Array | null = mask ? mask.data : null;
  let certainty = coverage && matteCertainty(coverage, side);
  const levels: Level[] = [{ side, color, mask: coverage, certainty, box: boxOf(coverage, side) }];
  while (side % 2 === 0 && side / 2 >= least) {
    color = halve(color, 3, side);
    coverage = coverage && halve(coverage, 1, side);
    certainty = certainty && halve(certainty, 1, side);
    side /= 2;
    levels.push({ side, color, mask: coverage, certainty, box: boxOf(coverage, side) });
  }
  return { name, camera, levels };
}

/** The level whose side is nearest to the one wanted, the larger of two. */
export function levelOf(target: Target, side: number): Level {
  return target.levels.reduce((best, level) =>
    Math.abs(Math.log(level.side / side)) < Math.abs(Math.log(best.side / side)) ? level : best,
  );
}

/**
 * A random patch. Where the level is larger than the patch, the patch's middle is drawn over the head: over the mask's
 * box where there is one.
 * @param anywhere share of the patches of masked photos that are drawn over the whole photo instead, so that what is empty
 *   stays empty
 */
export function randomPatch(target: Target, resolution: number, side: number, random: Random, anywhere = 0): Patch {
  const level = levelOf(target, resolution);
  const patch = Math.min(side, level.side);
  const room = level.side - patch;
  if (room === 0) return cut(level, patch, 0, 0);
  const isAnywhere = anywhere > 0 && level.mask !== null && random.uniform() < anywhere;
  const whole: Level['box'] = [0, level.side, 0, level.side];
  const [left, top] = cornerOver(isAnywhere ? { ...level, box: whole } : level, patch, random);
  return cut(level, patch, left, top);
}

/** The whole of a level. */
export function wholePatch(target: Target, resolution: number): Patch {
  const level = levelOf(target, resolution);
  return cut(level, level.side, 0, 0);
}

/**
 * A part of one level.
 * @param left, top first column and row, pixels of that level
 */
export function patchAt(target: Target, resolution: number, side: number, left: number, top: number): Patch {
  return cut(levelOf(target, resolution), side, left, top);
}

/** The box of what a mask covers. */
function boxOf(mask: Float32Array | null, side: number): Level['box'] {
  if (!mask) return [0, side, 0, side];
  let [x0, x1, y0, y1] = [side, 0, side, 0];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (mask[y * side + x]! < 0.5) continue;
      [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x + 1), Math.min(y0, y), Math.max(y1, y + 1)];
    }
  }
  return [x0, x1, y0, y1];
}

function cornerOver({ side, box: [x0, x1, y0, y1] }: Level, patch: number, random: Random): [number, number] {
  const corner = (from: number, to: number): number =>
    Math.round(Math.min(side - patch, Math.max(0, from + random.uniform() * (to - from) - patch / 2)));
  return [corner(x0, x1), corner(y0, y1)];
}

function cut({ side, color, mask, certainty }: Level, patch: number, left: number, top: number): Patch {
  const pixels = new Uint32Array(patch * patch);
  for (let y = 0; y < patch; y++) for (let x = 0; x < patch; x++) pixels[y * patch + x] = (top + y) * side + left + x;
  const pick = (from: Float32Array, channel: number): Float32Array =>
    Float32Array.from(pixels, (pixel) => from[channel * side * side + pixel]!);
  const colors = new Float32Array(3 * pixels.length);
  for (let c = 0; c < 3; c++) colors.set(pick(color, c), c * pixels.length);
  const [masks, certainties] = [mask && pick(mask, 0), certainty && pick(certainty, 0)];
  return { resolution: side, side: patch, pixels, color: colors, mask: masks, certainty: certainties };
}

/** Rays of a patch with the bounds that the settings ask for, see `viewBounds`. */
export function patchRays(camera: Camera, patch: Patch, settings: RenderSettings): Rays {
  const { rayStart, rayEnd, boxWarp } = boundedSettings(settings, viewBounds(camera, settings));
  const rays = pixelRays(camera, patch.resolution, patch.pixels);
  const bounds =
    rayStart === 'auto' || rayEnd === 'auto' ? boxBounds(rays, boxWarp) : fixedBounds(rays.count, rayStart, rayEnd);
  return { ...rays, bounds };
}

/** A patch of a target as an image in -1..1 over black, for looking at. */
export function patchImage({ side, color }: Patch): Tensor {
  return { dims: [3, side, side], data: color.map((value) => 2 * value - 1) };
}
