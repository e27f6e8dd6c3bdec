/**
 * The 4 x 4 low-pass filter of StyleGAN2's up-sampling, as the kernels that standard operators need.
 * Source: StyleGAN2 (Karras 2020), up-sampling by zero insertion followed by a true convolution, gain 4.
 */

/** [1, 3, 3, 1] x [1, 3, 3, 1] / 64: what a checkpoint without its own `resample_filter` means. */
export const defaultFilter: Float32Array = Float32Array.from(
  [1, 3, 3, 1].flatMap((a) => [1, 3, 3, 1].map((b) => (a * b) / 64)),
);

const upsamplingGain = 4;

/**
 * Kernel of the blur behind a stride-2 transposed convolution: the filter flipped, since Conv correlates.
 * @returns [channels, 1, 4, 4]
 */
export function blurKernel(filter: Float32Array, channels: number): Float32Array {
  const one = Float32Array.from(filter, (_, i) => filter[15 - i]! * upsamplingGain);
  const all = new Float32Array(channels * 16);
  for (let c = 0; c < channels; c++) all.set(one, c * 16);
  return all;
}

/**
 * Four 3 x 3 kernels a channel, one for each output phase: out[2 i + a] = sum over d of x[i + d] f[a + 1 - 2 d].
 * @returns [channels * 4, 1, 3, 3], the phase (row, column) fastest
 */
export function upsampleKernels(filter: Float32Array, channels: number): Float32Array {
  const tap = (phase: number, shift: number): number => phase + 1 - 2 * shift;
  const phases = new Float32Array(4 * 9);
  for (let k = 0; k < phases.length; k++) {
    const [a, b] = [(k / 18) | 0, ((k / 9) | 0) % 2];
    const row = tap(a, (((k % 9) / 3) | 0) - 1);
    const column = tap(b, (k % 3) - 1);
    if (row >= 0 && row < 4 && column >= 0 && column < 4) phases[k] = filter[row * 4 + column]! * upsamplingGain;
  }
  const all = new Float32Array(channels * phases.length);
  for (let c = 0; c < channels; c++) all.set(phases, c * phases.length);
  return all;
}
