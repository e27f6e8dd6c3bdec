import type { Base } from '../../runtime/checkpoint/base/base.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';

/**
 * How rays are sampled while learning; their bounds follow each camera's distance.
 * @param samples of each pass; default half of those of the published settings: gradients over random patches need no more
 */
export function trainingSettings(base: Base, samples = 14): RenderSettings {
  const { radius } = base.config.camera;
  const sampling = { depthResolution: samples, depthResolutionImportance: samples, minWeight: 0, boundsRadius: radius };
  return renderSettings(base.config.rendering, 3, sampling);
}
