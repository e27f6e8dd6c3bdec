import type { Texels } from '../triplane.js';
import type { PlaneProjection } from '../volume.js';

/**
 * Backward of `sampleTriplane` at one point: adds weight * dL/dfeatures to the four texels of each plane, and returns
 * dL/dpoint. Twin: shaders/render/backward/points.wgsl.
 * @param byFeatures C numbers from `offset` on
 * @param byTexels [3, H, W, C], added to
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
): [number, number, number] {
  const { data, width, height, channels } = texels;
  const byPoint: [number, number, number] = [0, 0, 0];
  const scale = 2 / boxWarp;
  const along = (row: readonly number[]): number => (row[0]! * x + row[1]! * y + row[2]! * z) * scale;
  for (let plane = 0; plane < 3; plane++) {
    const [across, down] = projection[plane]!;
    const gx = ((along(across) + 1) * width - 1) / 2;
    const gy = ((along(down) + 1) * height - 1) / 2;
    const x0 = Math.floor(gx);
    const y0 = Math.floor(gy);
    let byGx = 0;
    let byGy = 0;
    for (let tap = 0; tap < 4; tap++) {
      const tx = x0 + (tap & 1);
      const ty = y0 + (tap >> 1);
      if (tx < 0 || tx >= width || ty < 0 || ty >= height) continue;
      const wx = 1 - Math.abs(gx - tx);
      const wy = 1 - Math.abs(gy - ty);
      const at = ((plane * height + ty) * width + tx) * channels;
      let value = 0; // dL/dfeatures . texel
      for (let c = 0; c < channels; c++) {
        const gradient = byFeatures[offset + c]! / 3;
        byTexels[at + c]! += wx * wy * gradient;
        value += gradient * data[at + c]!;
      }
      byGx += (tap & 1 ? 1 : -1) * wy * value;
      byGy += (tap >> 1 ? 1 : -1) * wx * value;
    }
    for (let axis = 0; axis < 3; axis++) {
      byPoint[axis]! += (byGx * width * across[axis]! + byGy * height * down[axis]!) * (scale / 2);
    }
  }
  return byPoint;
}
