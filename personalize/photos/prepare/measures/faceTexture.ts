import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import type { HeadShape } from '../../cameras/headShape.js';
import { luminance } from './facePatch.js';

/** Texels a side of a face laid flat. */
export const textureSide = 40;

/** A face laid flat, so that the same texel is the same place of the face on every photo. */
export interface FaceTexture {
  /** Natural logarithm of luminance, [side, side], rows from the forehead down. */
  readonly values: Float32Array;
  /** Natural logarithms of red over green, then of blue over green: [2, side, side] */
  readonly colors: Float32Array;
  /** 1 where the texel lies on the face and is seen: [side, side] */
  readonly seen: Uint8Array;
}

/** Where each texel lies on the mesh: a triangle and the weights of its corners. */
export interface TextureMap {
  /** Index of the triangle, -1 outside the face: [side, side] */
  readonly triangles: Int32Array;
  /** [side, side, 3] */
  readonly weights: Float32Array;
  /** Place of each landmark, texels: [468, 2] */
  readonly places: Float32Array;
}

/** Twice the signed area. */
const cross = (ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number =>
  (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);

/** Lays the mean head's landmarks flat, as they are seen from the front. */
export function textureMap({ mean, triangles: mesh }: HeadShape): TextureMap {
  const count = mean.length / 3;
  const bounds = [0, 1].map((axis) => {
    const values = Array.from({ length: count }, (_, i) => mean[3 * i + axis]!);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const [[left, right], [bottom, top]] = bounds as [readonly [number, number], readonly [number, number]];
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    places[2 * i] = ((mean[3 * i]! - left) / (right - left)) * textureSide;
    places[2 * i + 1] = ((top - mean[3 * i + 1]!) / (top - bottom)) * textureSide;
  }
  const triangles = new Int32Array(textureSide ** 2).fill(-1);
  const weights = new Float32Array(3 * textureSide ** 2);
  for (let t = 0; t < mesh.length / 3; t++) {
    const [a, b, c] = [2 * mesh[3 * t]!, 2 * mesh[3 * t + 1]!, 2 * mesh[3 * t + 2]!];
    const corners = [a, b, c].map((i) => [places[i]!, places[i + 1]!] as const);
    const [[ax, ay], [bx, by], [cx, cy]] = corners as unknown as [[number, number], [number, number], [number, number]];
    const area = cross(ax, ay, bx, by, cx, cy);
    if (Math.abs(area) < 1e-9) continue;
    for (let y = Math.floor(Math.min(ay, by, cy)); y < Math.min(textureSide, Math.max(ay, by, cy)); y++) {
      for (let x = Math.floor(Math.min(ax, bx, cx)); x < Math.min(textureSide, Math.max(ax, bx, cx)); x++) {
        const [px, py] = [x + 0.5, y + 0.5];
        const u = cross(px, py, bx, by, cx, cy) / area;
        const v = cross(ax, ay, px, py, cx, cy) / area;
        if (u < 0 || v < 0 || u + v > 1) continue;
        const texel = y * textureSide + x;
        triangles[texel] = t;
        weights.set([u, v, 1 - u - v], 3 * texel);
      }
    }
  }
  return { triangles, weights, places };
}

/** A triangle smaller than this part of its frontal area is seen too much from the side. */
const leastArea = 0.25;
/** Of 255, added to each colour: what is nearly black has none. */
const floor = 4;

/**
 * Lays a face flat.
 * @param patch the face, see `facePatch`
 * @param points [468, 2], pixels of the patch
 */
export function faceTexture(patch: Bitmap, points: Float32Array, mesh: Int32Array, map: TextureMap): FaceTexture {
  const y = luminance(patch);
  const { width, height } = patch;
  const values = new Float32Array(textureSide ** 2);
  const colors = new Float32Array(2 * textureSide ** 2);
  const seen = new Uint8Array(textureSide ** 2);
  const scale = (2 * textureSide) / width;
  for (let texel = 0; texel < values.length; texel++) {
    const t = map.triangles[texel]!;
    if (t < 0) continue;
    const [a, b, c] = [2 * mesh[3 * t]!, 2 * mesh[3 * t + 1]!, 2 * mesh[3 * t + 2]!];
    const area = (of: Float32Array): number => cross(of[a]!, of[a + 1]!, of[b]!, of[b + 1]!, of[c]!, of[c + 1]!);
    const [u, v, w] = [map.weights[3 * texel]!, map.weights[3 * texel + 1]!, map.weights[3 * texel + 2]!];
    const px = u * points[a]! + v * points[b]! + w * points[c]!;
    const py = u * points[a + 1]! + v * points[b + 1]! + w * points[c + 1]!;
    const [x, row] = [Math.floor(px), Math.floor(py)];
    if (x < 0 || row < 0 || x >= width || row >= height) continue;
    const at = row * width + x;
    values[texel] = Math.log(Math.max(floor, y[at]!));
    const green = patch.data[4 * at + 1]! + floor;
    colors[texel] = Math.log((patch.data[4 * at]! + floor) / green);
    colors[values.length + texel] = Math.log((patch.data[4 * at + 2]! + floor) / green);
    // The texture is twice as coarse as the patch, about.
    if ((area(points) / area(map.places)) * scale * scale > leastArea) seen[texel] = 1;
  }
  return { values, colors, seen };
}
