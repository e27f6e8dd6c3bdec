import { foldPlanes } from '../../../../shaders/fast/foldPlanes.wgsl.generated.js';
import { cells } from '../../../../shaders/fast/cells.wgsl.generated.js';
import { band } from '../../../../shaders/fast/band.wgsl.generated.js';
import { bake } from '../../../../shaders/fast/bake.wgsl.generated.js';
import { distances } from '../../../../shaders/fast/distances.wgsl.generated.js';
import { march } from '../../../../shaders/fast/march.wgsl.generated.js';
import { edges } from '../../../../shaders/fast/edges.wgsl.generated.js';
import { refine } from '../../../../shaders/fast/refine.wgsl.generated.js';

/** Of the kernels that bake a volume and march it. */
export const fastShaders = {
  foldPlanes,
  cells,
  band,
  bake,
  distances,
  march,
  edges,
  refine,
} as const;
