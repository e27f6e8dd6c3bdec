import type { Points } from '../pointEvaluator.js';
import type { Texels } from '../triplane.js';
import type { PlaneProjection } from '../volume.js';

// Taken out of the loops, see core/hash.ts.
const { floor } = Math;

/**
 * Backward of `sampleTriplane` at some of `points`: adds weight * dL/dfeatures to the four texels of each plane, and sets
 * dL/dpoint. Twin: shaders/render/backward/points.wgsl.
 * @param points [P, 3], world units
 * @param rows which points
 * @param byFeatures [rows, C]; further numbers are not looked at
 * @param byTexels [3, H, W, C], added to
 * @param byPoints [P, 3], set at `rows`; null where nobody asks, which saves half the work
 */
export function triplaneBackward(
  texels: Texels,
  projection: PlaneProjection,
  boxWarp: number,
  points: Points,
  rows: Uint32Array,
  byFeatures: Float64Array | Float32Array,
  byTexels: Float64Array | Float32Array,
  byPoints: Float64Array | null,
): void {
  const { data, width, height, channels } = texels;
  const scale = 2 / boxWarp;
  for (let plane = 0; plane < 3; plane++) {
    const [across, down] = projection[plane]!;
    const [ax, ay, az] = [across[0]! * scale, across[1]! * scale, across[2]! * scale];
    const [dx, dy, dz] = [down[0]! * scale, down[1]! * scale, down[2]! * scale];
    for (let i = 0; i < rows.length; i++) {
      const at = rows[i]! * 3;
      if (byPoints && plane === 0) byPoints[at] = byPoints[at + 1] = byPoints[at + 2] = 0;
      const x = points[at]!;
      const y = points[at + 1]!;
      const z = points[at + 2]!;
      const gx = ((ax * x + ay * y + az * z + 1) * width - 1) / 2;
      const gy = ((dx * x + dy * y + dz * z + 1) * height - 1) / 2;
      const x0 = floor(gx);
      const y0 = floor(gy);
      if (!(x0 >= -1 && x0 < width && y0 >= -1 && y0 < height)) continue;
      const hasLeft = x0 >= 0 ? 1 : 0;
      const hasRight = x0 < width - 1 ? 1 : 0;
      const hasTop = y0 >= 0 ? 1 : 0;
      const hasBottom = y0 < height - 1 ? 1 : 0;
      const left = hasLeft * (1 - (gx - x0));
      const right = hasRight * (gx - x0);
      const top = (hasTop * (1 - (gy - y0))) / 3;
      const bottom = (hasBottom * (gy - y0)) / 3;
      // Taps outside have weight 0; their addresses only have to be valid. All four in one loop: this is the hot one.
      const a = ((plane * height + (y0 < 0 ? 0 : y0)) * width + (x0 < 0 ? 0 : x0)) * channels;
      const b = hasLeft * hasRight === 0 ? a : a + channels;
      const below = hasTop * hasBottom === 0 ? 0 : width * channels;
      const c = a + below;
      const d = b + below;
      const wa = left * top;
      const wb = right * top;
      const wc = left * bottom;
      const wd = right * bottom;
      const first = i * channels;
      if (!byPoints) {
        for (let k = 0; k < channels; k++) {
          const gradient = byFeatures[first + k]!;
          byTexels[a + k]! += wa * gradient;
          byTexels[b + k]! += wb * gradient;
          byTexels[c + k]! += wc * gradient;
          byTexels[d + k]! += wd * gradient;
        }
        continue;
      }
      // dL/dfeatures . texel, of each tap
      let va = 0;
      let vb = 0;
      let vc = 0;
      let vd = 0;
      for (let k = 0; k < channels; k++) {
        const gradient = byFeatures[first + k]!;
        byTexels[a + k]! += wa * gradient;
        byTexels[b + k]! += wb * gradient;
        byTexels[c + k]! += wc * gradient;
        byTexels[d + k]! += wd * gradient;
        va += gradient * data[a + k]!;
        vb += gradient * data[b + k]!;
        vc += gradient * data[c + k]!;
        vd += gradient * data[d + k]!;
      }
      const byGx = top * (hasRight * vb - hasLeft * va) + bottom * (hasRight * vd - hasLeft * vc);
      const byGy = (left * (hasBottom * vc - hasTop * va) + right * (hasBottom * vd - hasTop * vb)) / 3;
      const byU = (byGx * width) / 2;
      const byV = (byGy * height) / 2;
      byPoints[at]! += byU * ax + byV * dx;
      byPoints[at + 1]! += byU * ay + byV * dy;
      byPoints[at + 2]! += byU * az + byV * dz;
    }
  }
}
