import { rays } from '../../../shaders/render/rays.wgsl.generated.js';
import { density } from '../../../shaders/render/density.wgsl.generated.js';
import { importance } from '../../../shaders/render/importance.wgsl.generated.js';
import { march } from '../../../shaders/render/march.wgsl.generated.js';
import { resolveDepth } from '../../../shaders/render/resolveDepth.wgsl.generated.js';

/** Of the kernels that render a view. */
export const viewShaders = {
  rays,
  density,
  importance,
  march,
  resolveDepth,
} as const;
