import type { Decoder } from './volume.js';

// Taken out of the loops, see core/hash.ts.
const { abs, exp, log1p, max } = Math;

/** log(1 + e^x) without overflow. */
export function softplus(x: number): number {
  return max(x, 0) + log1p(exp(-abs(x)));
}

export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** Widens the sigmoid a little so that 0 and 1 can be reached: sigmoid * 1.002 - 0.001. */
const colorMargin = 0.001;

/**
 * @param features [channels]
 * @param colors filled: the first `colors.length` colour channels
 * @param hidden scratch, [decoder.hidden]
 * @returns the density before its activation
 * Twin: shaders/include/decoder.wgsl.
 */
export function decode(decoder: Decoder, features: Float64Array, colors: Float64Array, hidden: Float64Array): number {
  const { channels, w1, b1, w2, b2 } = decoder;
  for (let h = 0; h < hidden.length; h++) {
    let sum = b1[h]!;
    const row = h * channels;
    for (let c = 0; c < channels; c++) sum += w1[row + c]! * features[c]!;
    hidden[h] = softplus(sum);
  }
  const output = (o: number): number => {
    let sum = b2[o]!;
    const row = o * hidden.length;
    for (let h = 0; h < hidden.length; h++) sum += w2[row + h]! * hidden[h]!;
    return sum;
  };
  for (let c = 0; c < colors.length; c++) {
    colors[c] = (1 + 2 * colorMargin) / (1 + exp(-output(c + 1))) - colorMargin;
  }
  return output(0);
}
