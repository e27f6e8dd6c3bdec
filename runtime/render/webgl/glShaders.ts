import { packPlanes } from '../../../shaders/webgl/packPlanes.glsl.generated.js';
import { mixPlanes } from '../../../shaders/webgl/mixPlanes.glsl.generated.js';
import { foldPlanes } from '../../../shaders/webgl/foldPlanes.glsl.generated.js';
import { cells } from '../../../shaders/webgl/cells.glsl.generated.js';
import { band } from '../../../shaders/webgl/band.glsl.generated.js';
import { bake } from '../../../shaders/webgl/bake.glsl.generated.js';
import { distances } from '../../../shaders/webgl/distances.glsl.generated.js';
import { march } from '../../../shaders/webgl/march.glsl.generated.js';
import { refine } from '../../../shaders/webgl/refine.glsl.generated.js';

/** Fragment shaders of a head on WebGL 2. */
export const glShaders = {
  packPlanes,
  mixPlanes,
  foldPlanes,
  cells,
  band,
  bake,
  distances,
  march,
  refine,
} as const;
