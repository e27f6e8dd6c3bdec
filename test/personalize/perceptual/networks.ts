import type { Tensor } from '../../../runtime/core/tensor.js';
import { hashed } from '../../gradient/scene.js';

/** Channels behind each convolution, far fewer than the real networks'. */
const alex: [layer: number, kernel: number, channels: number][] = [
  [0, 11, 4],
  [3, 5, 5],
  [6, 3, 6],
  [8, 3, 5],
  [10, 3, 4],
];
const vgg: [number, number, number][] = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28].map((layer, i) => [
  layer,
  3,
  3 + (i % 3),
]);
/** Convolutions whose activations are compared. */
const tapped = { alex: [0, 3, 6, 8, 10], vgg16: [2, 7, 14, 21, 28] };

/** Random weights under torchvision's and LPIPS's names. */
export function tinyNetwork(variant: 'alex' | 'vgg16'): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let channels = 3;
  for (const [layer, kernel, out] of variant === 'alex' ? alex : vgg) {
    const name = `features.${layer}`;
    const columns = channels * kernel * kernel;
    const weight = hashed(`${variant}.${name}.weight`, out * columns, Math.sqrt(2 / columns));
    tensors.set(`${name}.weight`, { dims: [out, channels, kernel, kernel], data: weight });
    tensors.set(`${name}.bias`, { dims: [out], data: hashed(`${variant}.${name}.bias`, out, 0.1) });
    channels = out;
    const k = tapped[variant].indexOf(layer);
    const head = hashed(`${variant}.lin${k}`, out).map(Math.abs);
    if (k >= 0) tensors.set(`lin${k}.model.1.weight`, { dims: [1, out, 1, 1], data: head });
  }
  return tensors;
}
