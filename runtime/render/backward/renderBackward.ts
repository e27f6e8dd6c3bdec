import { PointEvaluator, type PointValues } from '../pointEvaluator.js';
import type { Rays } from '../rays.js';
import type { RenderSettings } from '../settings.js';
import { packTexels, sampleTriplane, unpackTexels } from '../triplane.js';
import type { Volume } from '../volume.js';
import { decodeBackward } from './decodeBackward.js';
import { zeroDecoderGradients, type ViewGradients, type VolumeGradients } from './gradients.js';
import { marchRaysBackward, type PointGradients } from './rayMarchBackward.js';
import { triplaneBackward } from './triplaneBackward.js';

/** The renderer's backward in plain TypeScript, in float64: the twin of shaders/backward. */
export function renderBackward(
  volume: Volume,
  rays: Rays,
  settings: RenderSettings,
  gradients: ViewGradients,
): VolumeGradients {
  const { decoder, projection } = volume;
  const { boxWarp, channels } = settings;
  const texels = packTexels(volume.planes);
  const byTexels = new Float64Array(texels.data.length);
  const byDecoder = zeroDecoderGradients(decoder);
  const evaluator = new PointEvaluator(volume, boxWarp, channels);
  const features = new Float64Array(decoder.channels);
  const byFeatures = new Float64Array(decoder.channels);
  const row = new Uint32Array(1);

  const back = ({ points, bySigmas, byColors }: PointGradients): Float64Array => {
    const byPoints = new Float64Array(points.length);
    for (let p = 0; p < bySigmas.length; p++) {
      const [x, y, z] = [points[p * 3]!, points[p * 3 + 1]!, points[p * 3 + 2]!];
      sampleTriplane(texels, projection, boxWarp, x, y, z, features);
      const colors = byColors.subarray(p * channels, (p + 1) * channels);
      decodeBackward(decoder, features, bySigmas[p]!, colors, byFeatures, byDecoder);
      triplaneBackward(texels, projection, boxWarp, points, row.fill(p), byFeatures, byTexels, byPoints);
    }
    return byPoints;
  };

  const march = marchRaysBackward(rays, settings, gradients);
  let step = march.next();
  while (step.done !== true) {
    const request = step.value;
    const answer: PointValues | Float64Array =
      'values' in request ? evaluator.evaluate(request.values) : back(request.gradients);
    step = march.next(answer);
  }
  return { planes: unpackTexels(byTexels, texels), decoder: byDecoder, ...step.value };
}
