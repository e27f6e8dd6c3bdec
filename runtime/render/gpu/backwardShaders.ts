import { colorDots } from '../../../shaders/backward/colorDots.wgsl.generated.js';
import { marchBackward } from '../../../shaders/backward/marchBackward.wgsl.generated.js';
import { points } from '../../../shaders/backward/points.wgsl.generated.js';
import { rayGradients } from '../../../shaders/backward/rayGradients.wgsl.generated.js';
import { decoderGradients } from '../../../shaders/backward/decoderGradients.wgsl.generated.js';

/** Of the kernels of gradients; only what learns imports them. */
export const backwardShaders = {
  colorDots,
  marchBackward,
  points,
  rayGradients,
  decoderGradients,
} as const;
