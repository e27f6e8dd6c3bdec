import type { Texels } from '../triplane.js';
import type { PlaneProjection } from '../volume.js';

// Taken out of the loops, see core/hash.ts.
const { floor } = Math;

/**
 * Backward of `sampleTriplane` at one point: adds weight * dL/dfeatures to the four texels of each plane, and sets
 * dL/dpoint. Twin: shaders/render/backward/points.wgsl.
 * @param byFeatures C numbers from `offset` on
 * @param byTexels [3, H, W, C], added to
 * @param byPoint 3 numbers from `at` on are set; null where nobody asks, which saves half the work
 */
export function triplaneBackward(
  texels: Texels,
  projection: PlaneProjection,
  boxWarp: number,
  x: number,
  y: number,
  z: number,
  byFeatures: Float64Array | Float32Array,
  offset: number,
  byTexels: Float64Array | Float32Array,
  byPoint: Float64Array | null,
  at = 0,
): void {
  const { data, width, height, channels } = texels;
  const scale = 2 / boxWarp;
  byPoint?.fill(0, at, at + 3);
  for (let plane = 0; plane < 3; plane++) {
    const [across, down] = projection[plane]!;
    const gx = (((across[0]! * x + across[1]! * y + across[2]! * z) * scale + 1) * width - 1) / 2;
    const gy = (((down[0]! * x + down[1]! * y + down[2]! * z) * scale + 1) * height - 1) / 2;
    const x0 = floor(gx);
    const y0 = floor(gy);
    if (x0 < -1 || x0 >= width || y0 < -1 || y0 >= height) continue;
    const fx = gx - x0;
    const fy = gy - y0;
    let byGx = 0;
    let byGy = 0;
    for (let tap = 0; tap < 4; tap++) {
      const right = tap & 1;
      const below = tap >> 1;
      const tx = x0 + right;
      const ty = y0 + below;
      if (tx < 0 || tx >= width || ty < 0 || ty >= height) continue;
      const wx = right ? fx : 1 - fx;
      const wy = below ? fy : 1 - fy;
      const weight = (wx * wy) / 3;
      const texel = ((plane * height + ty) * width + tx) * channels;
      if (!byPoint) {
        for (let c = 0; c < channels; c++) byTexels[texel + c]! += weight * byFeatures[offset + c]!;
        continue;
      }
      let value = 0; // dL/dfeatures . texel
      for (let c = 0; c < channels; c++) {
        const gradient = byFeatures[offset + c]!;
        byTexels[texel + c]! += weight * gradient;
        value += gradient * data[texel + c]!;
      }
      byGx += ((right ? wy : -wy) * value) / 3;
      byGy += ((below ? wx : -wx) * value) / 3;
    }
    if (!byPoint) continue;
    for (let axis = 0; axis < 3; axis++) {
      byPoint[at + axis]! += (byGx * width * across[axis]! + byGy * height * down[axis]!) * (scale / 2);
    }
  }
}
