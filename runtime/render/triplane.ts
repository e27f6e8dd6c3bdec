import type { Tensor } from '../core/tensor.js';
import type { PlaneProjection } from './volume.js';

/** Planes with all channels of a texel side by side. */
export interface Texels {
  /** [3, H, W, C] */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * @param planes [3, C, H, W]
 * Twin: shaders/render/packPlanes.wgsl.
 */
export function packTexels(planes: Tensor): Texels {
  const [, channels, height, width] = planes.dims as [number, number, number, number];
  const area = height * width;
  const data = new Float32Array(3 * area * channels);
  for (let plane = 0; plane < 3; plane++) {
    for (let c = 0; c < channels; c++) {
      const from = (plane * channels + c) * area;
      for (let i = 0; i < area; i++) data[(plane * area + i) * channels + c] = planes.data[from + i]!;
    }
  }
  return { data, width, height, channels };
}

/**
 * Mean over three planes of a bilinear lookup; texel centres at (i + 0.5) / size, zero outside, tap by tap.
 * Equals PyTorch's grid_sample(bilinear, zeros, align_corners=false). Twin: shaders/include/triplane.wgsl.
 * @param out C numbers from `offset` are set
 */
export function sampleTriplane(
  texels: Texels,
  projection: PlaneProjection,
  boxWarp: number,
  x: number,
  y: number,
  z: number,
  out: Float32Array | Float64Array,
  offset = 0,
): void {
  const { data, width, height, channels } = texels;
  out.fill(0, offset, offset + channels);
  for (let plane = 0; plane < 3; plane++) {
    const [across, down] = projection[plane]!;
    const u = (across[0]! * x + across[1]! * y + across[2]! * z) * (2 / boxWarp);
    const v = (down[0]! * x + down[1]! * y + down[2]! * z) * (2 / boxWarp);
    const gx = ((u + 1) * width - 1) / 2;
    const gy = ((v + 1) * height - 1) / 2;
    const x0 = Math.floor(gx);
    const y0 = Math.floor(gy);
    for (let tap = 0; tap < 4; tap++) {
      const tx = x0 + (tap & 1);
      const ty = y0 + (tap >> 1);
      if (tx < 0 || tx >= width || ty < 0 || ty >= height) continue;
      const weight = ((1 - Math.abs(gx - tx)) * (1 - Math.abs(gy - ty))) / 3;
      const at = ((plane * height + ty) * width + tx) * channels;
      for (let c = 0; c < channels; c++) out[offset + c]! += weight * data[at + c]!;
    }
  }
}
