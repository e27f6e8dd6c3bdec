import type { HeadModel } from './headModel.js';

/**
 * How a head's pictures are made. `exact`: every sample decoded, as EG3D does. `fast`: from a baked volume, some ten times
 * faster at over 40 dB of `exact`. `auto`: fast while face or camera move, exact at rest, and for cameras that look once.
 */
export type RenderQuality = 'auto' | 'fast' | 'exact';

export const renderQualities: readonly RenderQuality[] = ['auto', 'fast', 'exact'];

/** When a picture is taken the fast way. */
export type FastWhen = 'never' | 'moving' | 'always';

/**
 * Super-resolved bases need features that a volume does not have. A processor bakes slower than it marches the small
 * pictures of `auto`. Until the kernels are compiled, pictures are exact. On WebGL 2 there are no exact ones.
 */
export function fastWhen(
  quality: RenderQuality,
  model: Pick<HeadModel, 'base' | 'software' | 'renderer' | 'fastRenderer'>,
): FastWhen {
  if (!model.renderer) return 'always';
  if (quality === 'exact' || model.base.config.superresolution) return 'never';
  if (quality === 'auto' && model.software) return 'never';
  if (!model.fastRenderer) return 'never';
  return quality === 'fast' ? 'always' : 'moving';
}
