import { cameraLabel, type Camera } from '../runtime/camera/camera.js';
import type { Tensor } from '../runtime/core/tensor.js';
import type { LatentSpace } from './inversion/latentSpace.js';
import { motionTensor, tensorOfMotion } from './inversion/personFrame.js';
import type { HeadMotion } from './photos/cameras/headMotion.js';

/** What else there is to know of anchors. */
export interface AnchorFurther {
  /** [3, 4] of each photo; null or absent: photos have no colours of their own. */
  readonly colors?: readonly Float32Array[] | null;
  /** How the head's frame of the landmarks lies in the base's; null or absent: the cameras were known. */
  readonly motion?: HeadMotion | null;
  /** Does this anchor have the commonest hair? A mean of several would be nobody's. Default: all do. */
  readonly isCommon?: (anchor: number) => boolean;
}

/**
 * The latents of a person as a file keeps them: `anchors` [n, 1 or numWs, wDim], `cameras` [n, 25] they were seen from, and
 * `neutral` [wDim], the mean of the anchors of the person's commonest hair, without its expression. `colors` [n, 3, 4], where photos have colours of their own:
 * what makes of an anchor's colours those of its photo, see training/appearance/colorTransform.ts. `motion` [7], where cameras were
 * estimated: see inversion/personFrame.ts.
 */
export function anchorTensors(
  latent: LatentSpace,
  anchors: readonly Float32Array[],
  cameras: readonly Camera[],
  neutral: (w: Float32Array) => Float32Array,
  { colors, motion, isCommon = () => true }: AnchorFurther = {},
): Map<string, Tensor> {
  const { wDim, numWs } = latent.layout;
  const rows = anchors[0]!.length / wDim;
  const ws = new Float32Array(anchors.length * rows * wDim);
  const mean = new Float32Array(wDim);
  const labels = new Float32Array(anchors.length * 25);
  const common = anchors.filter((_, i) => isCommon(i)).length;
  anchors.forEach((anchor, i) => {
    const full = latent.toWs(anchor).data;
    ws.set(full.subarray(0, rows * wDim), i * rows * wDim);
    if (common === 0 || isCommon(i)) {
      for (let k = 0; k < full.length; k++) mean[k % wDim]! += full[k]! / (numWs * (common || anchors.length));
    }
    labels.set(cameraLabel(cameras[i]!), i * 25);
  });
  return new Map<string, Tensor>([
    ['anchors', { dims: [anchors.length, rows, wDim], data: ws }],
    ['cameras', { dims: [anchors.length, 25], data: labels }],
    ['neutral', { dims: [wDim], data: neutral(mean) }],
    ...(colors ? [['colors', colorTensor(colors.slice(0, anchors.length))] as const] : []),
    ...(motion ? [[motionTensor, tensorOfMotion(motion)] as const] : []),
  ]);
}

function colorTensor(colors: readonly Float32Array[]): Tensor {
  const data = new Float32Array(colors.length * 12);
  colors.forEach((each, i) => data.set(each, i * 12));
  return { dims: [colors.length, 3, 4], data };
}
