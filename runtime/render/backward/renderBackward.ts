import { decode } from '../decoder.js';
import { marchWeights } from '../marcher.js';
import { emptyTrace, type Volume } from '../cpuRenderer.js';
import { renderRays } from '../cpuRenderer.js';
import type { Rays } from '../rays.js';
import type { RenderSettings } from '../settings.js';
import { packTexels, sampleTriplane } from '../triplane.js';
import { decodeBackward } from './decodeBackward.js';
import { zeroDecoderGradients, type ViewGradients, type VolumeGradients } from './gradients.js';
import { marchBackward } from './marchBackward.js';
import { triplaneBackward } from './triplaneBackward.js';

/**
 * The renderer's backward in plain TypeScript, float64: nothing of the forward pass is stored but what it is given; samples
 * are evaluated again. Depths of samples, the importance ones too, are constants, as in the original.
 * Source: EG3D (importance sampling without gradients); formulas beside the parts. Twin: shaders/render/backward.
 */
export function renderBackward(
  volume: Volume,
  rays: Rays,
  settings: RenderSettings,
  gradients: ViewGradients,
): VolumeGradients {
  const { decoder, projection } = volume;
  const texels = packTexels(volume.planes);
  const trace = emptyTrace();
  const view = renderRays(volume, rays, settings, trace);
  const byTexels = new Float64Array(texels.data.length);
  const byDecoder = zeroDecoderGradients(decoder);
  const origins = new Float64Array(rays.count * 3);
  const directions = new Float64Array(rays.count * 3);
  const samples = settings.depthResolution + settings.depthResolutionImportance;
  const { channels, boxWarp, whiteBack } = settings;
  const features = Array.from({ length: samples }, () => new Float64Array(decoder.channels));
  const colors = Array.from({ length: samples }, () => new Float64Array(channels));
  const hidden = new Float64Array(decoder.hidden);
  const sigmas = new Float64Array(samples);
  const weights = new Float64Array(samples - 1);
  const byWeights = new Float64Array(samples - 1);
  const bySigmas = new Float64Array(samples);
  const byColors = new Float64Array(channels);
  const byFeatures = new Float64Array(decoder.channels);

  for (let ray = 0; ray < rays.count; ray++) {
    const depths = trace.depthsSorted[ray]!;
    const axis = (values: Float64Array, k: number): number => values[ray * 3 + k]!;
    const point = (t: number): [number, number, number] => [
      axis(rays.origins, 0) + t * axis(rays.directions, 0),
      axis(rays.origins, 1) + t * axis(rays.directions, 1),
      axis(rays.origins, 2) + t * axis(rays.directions, 2),
    ];
    for (let i = 0; i < samples; i++) {
      sampleTriplane(texels, projection, boxWarp, ...point(depths[i]!), features[i]!);
      sigmas[i] = decode(decoder, features[i]!, colors[i]!, hidden);
    }
    marchWeights(depths, sigmas, weights);
    const byFeature = (c: number): number => 2 * gradients.features[c * rays.count + ray]!;
    const byAlpha = gradients.alpha?.[ray] ?? 0;
    const byDepth = gradients.depth?.[ray] ?? 0;
    const total = weights.reduce((sum, w) => sum + w, 0);
    const depth = weights.reduce((sum, w, i) => sum + (w * (depths[i]! + depths[i + 1]!)) / 2, 0) / total;
    // Where the forward pass clamped the depth, or nothing was hit, it does not move.
    const depthMoves = total > 0 && Math.abs(depth - view.depth[ray]!) <= 1e-5 * Math.abs(depth);
    for (let i = 0; i < weights.length; i++) {
      let gradient = byAlpha;
      for (let c = 0; c < channels; c++) {
        gradient += byFeature(c) * ((colors[i]![c]! + colors[i + 1]![c]!) / 2 - (whiteBack ? 1 : 0));
      }
      if (depthMoves) gradient += (byDepth * ((depths[i]! + depths[i + 1]!) / 2 - depth)) / total;
      byWeights[i] = gradient;
    }
    marchBackward(depths, sigmas, weights, byWeights, bySigmas);
    for (let i = 0; i < samples; i++) {
      const share = ((weights[i - 1] ?? 0) + (weights[i] ?? 0)) / 2;
      for (let c = 0; c < channels; c++) byColors[c] = share * byFeature(c);
      decodeBackward(decoder, features[i]!, bySigmas[i]!, byColors, byFeatures, byDecoder);
      const t = depths[i]!;
      const byPoint = triplaneBackward(texels, projection, boxWarp, point(t), byFeatures, byTexels);
      for (let k = 0; k < 3; k++) {
        origins[ray * 3 + k]! += byPoint[k]!;
        directions[ray * 3 + k]! += t * byPoint[k]!;
      }
    }
  }
  return { planes: unpackTexels(byTexels, texels), decoder: byDecoder, origins, directions };
}

/** [3, H, W, C] -> [3, C, H, W]. */
function unpackTexels(
  byTexels: Float64Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Float64Array {
  const area = width * height;
  const planes = new Float64Array(byTexels.length);
  for (let plane = 0; plane < 3; plane++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < area; i++) {
        planes[(plane * channels + c) * area + i] = byTexels[(plane * area + i) * channels + c]!;
      }
    }
  }
  return planes;
}
