import type { HeadView, Point } from '../../../plugin/image/headCamera.js';

/** A picture as its textures hold it, bottom row first. */
export interface PictureTexels {
  /** [S, S, 4], 0..1 */
  readonly color: Float32Array;
  /** [R, R, 2]: depth along the ray, alpha */
  readonly depth: Float32Array;
}

/** What the scene does to a pixel, in the shader's own terms. */
export interface Shading {
  readonly tint: Point;
  readonly opacity: number;
  /** Babylon's mode, start, end, density. */
  readonly fog: readonly [number, number, number, number];
  readonly fogColor: Point;
  /** Linear light is written. */
  readonly linear: boolean;
  /** Head space: the picture ends below it; absent: nowhere. */
  readonly neckline?: readonly [number, number, number, number];
}

export interface ShadedPixel {
  /** Premultiplied red, green, blue and alpha. */
  readonly color: readonly number[];
  /** The point that is seen, head space. */
  readonly point: Point;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** The four texels around (u, v) of a square texture, and their weights. */
function around(side: number, u: number, v: number): { texel: number; weight: number }[] {
  const [x, y] = [u * side - 0.5, v * side - 0.5];
  const [left, low] = [Math.floor(x), Math.floor(y)];
  return [0, 1, 2, 3].map((i) => {
    const [column, row] = [left + (i & 1), low + (i >> 1)];
    const weight = (i & 1 ? x - left : 1 - x + left) * (i >> 1 ? y - low : 1 - y + low);
    return { texel: clamp(row, 0, side - 1) * side + clamp(column, 0, side - 1), weight };
  });
}

function fogShare([mode, start, end, density]: Shading['fog'], distance: number): number {
  if (mode === 3) return clamp((end - distance) / (end - start), 0, 1);
  if (mode === 1) return Math.exp(-distance * density);
  if (mode === 2) return Math.exp(-distance * distance * density * density);
  return 1;
}

/**
 * Twin of shaders/plugin/headFragment.wgsl without image processing, which is Babylon's.
 * @param point of the quad, head space; u, v its texture coordinates
 * @param distance of a point from the scene's camera, world units
 * @returns null where nothing is drawn
 */
export function shadePixel(
  { color, depth }: PictureTexels,
  view: Pick<HeadView, 'eye'>,
  point: Point,
  [u, v]: readonly [number, number],
  shading: Shading,
  distance: (point: Point) => number,
): ShadedPixel | null {
  const value = [0, 0, 0, 0];
  for (const { texel, weight } of around(Math.sqrt(color.length / 4), u, v)) {
    for (let c = 0; c < 4; c++) value[c]! += weight * color[4 * texel + c]!;
  }
  let alpha = 0;
  let moment = 0;
  for (const { texel, weight } of around(Math.sqrt(depth.length / 2), u, v)) {
    alpha += weight * depth[2 * texel + 1]!;
    moment += weight * depth[2 * texel + 1]! * depth[2 * texel]!;
  }
  if (Math.min(alpha, value[3]!) < 1 / 255) return null;
  const along = point.map((x, i) => x - view.eye[i]!);
  const length = Math.hypot(...along);
  const hit = along.map((x, i) => view.eye[i]! + (x / length) * (moment / alpha)) as unknown as Point;
  const [nx, ny, nz, nw] = shading.neckline ?? [0, 0, 0, 1];
  const above = clamp(nx * hit[0] + ny * hit[1] + nz * hit[2] + nw, 0, 1);
  const seen = value.map((x) => x * above * above * (3 - 2 * above));
  const opaque = seen[3]!;
  if (opaque < 1 / 255) return null;
  const share = fogShare(shading.fog, distance(hit));
  const rgb = [0, 1, 2].map((c) => {
    const tinted = seen[c]! * shading.tint[c]!;
    const fogged = shading.fogColor[c]! * opaque * (1 - share) + tinted * share;
    return shading.linear ? (fogged / opaque) ** 2.2 * opaque : fogged;
  });
  return { color: [...rgb, opaque].map((x) => x * shading.opacity), point: hit };
}
