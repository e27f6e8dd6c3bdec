import type { Decoder } from '../volume.js';

/**
 * The decoder as shaders/include/decoder.wgsl reads it: rows of [W1: C4][b1, W2[0], 0, 0][W2 colours: O4] vec4s, one per
 * hidden unit, then one of biases.
 * @param colors colour channels wanted
 */
export function packDecoder(decoder: Decoder, colors: number): Float32Array<ArrayBuffer> {
  const { channels, hidden, w1, b1, w2, b2 } = decoder;
  const channels4 = Math.ceil(channels / 4);
  const row = 4 * (channels4 + 1 + Math.ceil(colors / 4));
  const packed = new Float32Array((hidden + 1) * row);
  const middle = 4 * channels4;
  for (let h = 0; h < hidden; h++) {
    packed.set(w1.subarray(h * channels, (h + 1) * channels), h * row);
    packed[h * row + middle] = b1[h]!;
    packed[h * row + middle + 1] = w2[h]!;
    for (let c = 0; c < colors; c++) packed[h * row + middle + 4 + c] = w2[(c + 1) * hidden + h]!;
  }
  packed[hidden * row + middle] = b2[0]!;
  packed.set(b2.subarray(1, 1 + colors), hidden * row + middle + 4);
  return packed;
}
