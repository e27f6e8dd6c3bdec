import type { Tensor } from '../../runtime/core/tensor.js';

/** Twin of shaders/render/packPlanes.wgsl: [3, C, H, W] -> [3][H][W][ceil(C / 4)] vec4s, zeros beyond the last channel. */
export function packPlanes({ dims, data }: Tensor): Float32Array {
  const [, channels, height, width] = dims as [number, number, number, number];
  const padded = Math.ceil(channels / 4) * 4;
  const packed = new Float32Array(3 * height * width * padded);
  for (let plane = 0; plane < 3; plane++) {
    for (let c = 0; c < channels; c++) {
      for (let texel = 0; texel < height * width; texel++) {
        packed[(plane * height * width + texel) * padded + c] = data[(plane * channels + c) * height * width + texel]!;
      }
    }
  }
  return packed;
}

/** Twin of shaders/render/mixPlanes.wgsl. */
export const mixPlanes = (shown: Float32Array, coming: Float32Array, amount: number): Float32Array =>
  shown.map((value, i) => (1 - amount) * value + amount * coming[i]!);
