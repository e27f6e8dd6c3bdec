import { sigmoid, softplus } from '../decoder.js';
import type { Decoder } from '../volume.js';
import type { DecoderGradients } from './gradients.js';

/**
 * Recomputes the decoder at one point and goes back: from dL/ddensity and dL/dcolours to dL/dfeatures, and adds to the
 * decoder's own gradients. Twin: shaders/render/backward/points.wgsl.
 * @param features [channels]
 * @param bySigma dL/d(density before its activation)
 * @param byColors [channels wanted]
 * @param byFeatures set, [channels]
 */
export function decodeBackward(
  decoder: Decoder,
  features: Float64Array,
  bySigma: number,
  byColors: Float64Array,
  byFeatures: Float64Array,
  into: DecoderGradients,
): void {
  const { channels, hidden, w1, b1, w2, b2 } = decoder;
  const pre = new Float64Array(hidden);
  const units = new Float64Array(hidden);
  for (let h = 0; h < hidden; h++) {
    let sum = b1[h]!;
    for (let c = 0; c < channels; c++) sum += w1[h * channels + c]! * features[c]!;
    pre[h] = sum;
    units[h] = softplus(sum);
  }
  const byUnits = new Float64Array(hidden);
  for (let o = 0; o <= byColors.length; o++) {
    let gradient = bySigma;
    if (o > 0) {
      let logit = b2[o]!;
      for (let h = 0; h < hidden; h++) logit += w2[o * hidden + h]! * units[h]!;
      const s = sigmoid(logit);
      gradient = byColors[o - 1]! * 1.002 * s * (1 - s);
    }
    if (gradient === 0) continue;
    into.b2[o]! += gradient;
    for (let h = 0; h < hidden; h++) {
      into.w2[o * hidden + h]! += gradient * units[h]!;
      byUnits[h]! += gradient * w2[o * hidden + h]!;
    }
  }
  byFeatures.fill(0);
  for (let h = 0; h < hidden; h++) {
    const gradient = byUnits[h]! * sigmoid(pre[h]!); // softplus' = sigmoid
    into.b1[h]! += gradient;
    for (let c = 0; c < channels; c++) {
      into.w1[h * channels + c]! += gradient * features[c]!;
      byFeatures[c]! += gradient * w1[h * channels + c]!;
    }
  }
}
