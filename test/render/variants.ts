import { cameraFromLabel, type Camera } from '../../runtime/camera/camera.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { goldenTensorOf } from '../network/runGraph.js';
import { goldenCamera } from './goldenScene.js';

export interface Variant {
  readonly name: string;
  readonly changes: Partial<RenderSettings>;
  readonly resolution: number;
  readonly camera: Camera;
}

const variant = (name: string, changes: Partial<RenderSettings>, resolution = 16): Variant => ({
  name,
  changes,
  resolution,
  camera:
    name === 'auto_rays' ? cameraFromLabel(goldenTensorOf('tiny_variants', 'auto_rays.c').data) : goldenCamera('A'),
});

/** The renderer's variants in tiny_variants.npz, all of z0. */
export const variants: readonly Variant[] = [
  variant('hash_jitter', { jitter: { seed: '4' } }),
  variant('white_back', { whiteBack: true }),
  variant('nrr48', {}, 48),
  variant('nrr32', {}, 32),
  variant('coarse_only', { depthResolutionImportance: 0 }),
  variant('auto_rays', { rayStart: 'auto', rayEnd: 'auto' }),
  variant('disparity', { disparitySpaceSampling: true }),
  variant('box_warp1.6', { boxWarp: 1.6 }),
];
