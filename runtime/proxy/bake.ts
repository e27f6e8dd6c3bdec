import type { Bitmap } from '../core/bitmap.js';
import { marchWeights } from '../render/marcher.js';
import { dilate } from './dilate.js';
import type { Radiance } from './field.js';
import type { TexelMap } from './texels.js';

/** The march from above the surface to below it, world units. */
const above = 0.01;
const below = 0.03;
const samples = 25;
/** Rays marched together. */
const chunk = 16384;
/** Less than this is no colour. */
const leastAlpha = 0.2;

/**
 * The head's own radiance as a texture: each texel is what a short ray, straight into the surface, sees. Texels that no
 * triangle covers continue their neighbours, so that no border shows when the texture is filtered.
 * @returns opaque RGBA, sRGB as the generator paints it
 */
export async function bakeTexture(
  radiance: Radiance,
  { texels, positions, normals }: TexelMap,
  size: number,
  onProgress?: (fraction: number) => void,
): Promise<Bitmap> {
  const colors = new Float32Array(size * size * 3);
  const known = new Uint8Array(size * size);
  const depths = Float64Array.from({ length: samples }, (_, s) => ((above + below) * s) / (samples - 1));
  const weights = new Float64Array(samples - 1);
  for (let first = 0; first < texels.length; first += chunk) {
    const count = Math.min(chunk, texels.length - first);
    const values = await radiance(inwardPoints(positions, normals, depths, first, count));
    for (let i = 0; i < count; i++) {
      marchWeights(depths, values.sigmas.subarray(i * samples, (i + 1) * samples), weights);
      const alpha = weights.reduce((sum, weight) => sum + weight, 0);
      if (alpha < leastAlpha) continue;
      const texel = texels[first + i]!;
      known[texel] = 1;
      weights.forEach((weight, s) => {
        for (let c = 0; c < 3; c++) {
          const at = (i * samples + s) * 3 + c;
          const between = (values.colors[at]! + values.colors[at + 3]!) / 2;
          colors[texel * 3 + c]! += (weight / alpha) * between;
        }
      });
    }
    onProgress?.((first + count) / texels.length);
  }
  dilate(colors, known, size);
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let texel = 0; texel < size * size; texel++) {
    for (let c = 0; c < 3; c++) {
      data[texel * 4 + c] = Math.round(255 * Math.min(1, Math.max(0, colors[texel * 3 + c]!)));
    }
  }
  return { width: size, height: size, data };
}

function inwardPoints(
  positions: Float32Array,
  normals: Float32Array,
  depths: Float64Array,
  first: number,
  count: number,
): Float64Array {
  const points = new Float64Array(count * depths.length * 3);
  for (let i = 0; i < count; i++) {
    const at = (first + i) * 3;
    const length = Math.hypot(normals[at]!, normals[at + 1]!, normals[at + 2]!) || 1;
    depths.forEach((depth, s) => {
      for (let axis = 0; axis < 3; axis++) {
        points[(i * depths.length + s) * 3 + axis] =
          positions[at + axis]! + ((above - depth) * normals[at + axis]!) / length;
      }
    });
  }
  return points;
}
