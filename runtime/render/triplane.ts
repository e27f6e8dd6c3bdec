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

/** Texels whose channels are turned together. */
const texelBlock = 16;

/**
 * Back from texels: [3, H, W, C] -> [3, C, H, W].
 * Twin: shaders/backward/unpackPlanes.wgsl.
 */
export function unpackTexels<T extends Float32Array | Float64Array>(
  values: T,
  { width, height, channels }: Pick<Texels, 'width' | 'height' | 'channels'>,
): T {
  const area = height * width;
  const planes = values.slice() as T; // one of the same kind; every number is set
  // A few texels at a time: read whole, and written a cache line a channel.
  for (let first = 0; first < 3 * area; first += texelBlock) {
    const last = Math.min(first + texelBlock, 3 * area);
    for (let c = 0; c < channels; c++) {
      for (let texel = first; texel < last; texel++) {
        const plane = texel < area ? 0 : texel < 2 * area ? 1 : 2;
        planes[(plane * (channels - 1) + c) * area + texel] = values[texel * channels + c]!;
      }
    }
  }
  return planes;
}

// Taken out of the loops, see core/hash.ts.
const { floor } = Math;

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
    const x0 = floor(gx);
    const y0 = floor(gy);
    const fx = gx - x0;
    const fy = gy - y0;
    const left = x0 >= 0 && x0 < width ? 1 - fx : 0;
    const right = x0 >= -1 && x0 < width - 1 ? fx : 0;
    const top = y0 >= 0 && y0 < height ? (1 - fy) / 3 : 0;
    const bottom = y0 >= -1 && y0 < height - 1 ? fy / 3 : 0;
    if ((left === 0 && right === 0) || (top === 0 && bottom === 0)) continue;
    // Taps outside have weight 0; their addresses only have to be valid. All four in one loop: this is the hot one.
    const column = x0 < 0 ? 0 : x0;
    const row = y0 < 0 ? 0 : y0;
    const a = ((plane * height + row) * width + column) * channels;
    const b = right === 0 || x0 < 0 ? a : a + channels;
    const below = bottom === 0 || y0 < 0 ? 0 : width * channels;
    const wa = left * top;
    const wb = right * top;
    const wc = left * bottom;
    const wd = right * bottom;
    for (let c = 0; c < channels; c++) {
      out[offset + c]! += wa * data[a + c]! + wb * data[b + c]! + wc * data[a + below + c]! + wd * data[b + below + c]!;
    }
  }
}
