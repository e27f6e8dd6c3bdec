import { cameraLabel, type Camera } from '../runtime/camera/camera.js';
import type { Tensor } from '../runtime/core/tensor.js';
import type { LatentSpace } from './inversion/latentSpace.js';

/**
 * The latents of a person as a file keeps them: `anchors` [n, 1 or numWs, wDim], `cameras` [n, 25] they were seen from, and
 * `neutral` [wDim], the mean of the anchors without its expression. `colors` [n, 3, 4], where photos have colours of their own:
 * what makes of an anchor's colours those of its photo, see training/appearance/colorTransform.ts.
 */
export function anchorTensors(
  latent: LatentSpace,
  anchors: readonly Float32Array[],
  cameras: readonly Camera[],
  neutral: (w: Float32Array) => Float32Array,
  colors: readonly Float32Array[] | null = null,
): Map<string, Tensor> {
  const { wDim, numWs } = latent.layout;
  const rows = anchors[0]!.length / wDim;
  const ws = new Float32Array(anchors.length * rows * wDim);
  const mean = new Float32Array(wDim);
  const labels = new Float32Array(anchors.length * 25);
  anchors.forEach((anchor, i) => {
    const full = latent.toWs(anchor).data;
    ws.set(full.subarray(0, rows * wDim), i * rows * wDim);
    for (let k = 0; k < full.length; k++) mean[k % wDim]! += full[k]! / (numWs * anchors.length);
    labels.set(cameraLabel(cameras[i]!), i * 25);
  });
  return new Map<string, Tensor>([
    ['anchors', { dims: [anchors.length, rows, wDim], data: ws }],
    ['cameras', { dims: [anchors.length, 25], data: labels }],
    ['neutral', { dims: [wDim], data: neutral(mean) }],
    ...(colors ? [['colors', colorTensor(colors.slice(0, anchors.length))] as const] : []),
  ]);
}

function colorTensor(colors: readonly Float32Array[]): Tensor {
  const data = new Float32Array(colors.length * 12);
  colors.forEach((each, i) => data.set(each, i * 12));
  return { dims: [colors.length, 3, 4], data };
}
