import type { Base } from '../checkpoint/base/base.js';
import type { SuperresolutionConfig } from '../checkpoint/config/config.js';
import { HeadError, ShapeError } from '../core/errors.js';
import { GraphBuilder, type Graph } from './graph.js';
import { networkLayout } from './layout.js';
import { slice } from './operators.js';
import { frozen, Parameters, type Adaptation } from './parameters.js';
import { resizeImage } from './resizeImage.js';
import { synthesisBlock } from './synthesis.js';

/** What a super-resolution graph is built for. */
export interface SuperresolutionOptions {
  readonly batch?: number;
  /** Side of the rendered feature image, pixels; default the configuration's. */
  readonly renderResolution?: number;
  /** Side of a window of the feature image that is fed in its place, pixels of the feature image; default the whole. */
  readonly window?: number;
  readonly noise?: 'const' | 'none';
  readonly adaptation?: Adaptation;
  readonly intermediates?: boolean;
}

/** Side of the feature image that the first block gets, pixels: the rendered one's, or what it is resized to. */
export function superresolutionInput({ resizeWhen, inputResolution }: SuperresolutionConfig, side: number): number {
  const differs = resizeWhen === 'smaller' ? side < inputResolution : side !== inputResolution;
  return differs ? inputResolution : side;
}

/**
 * Super-resolution: `features` [N, C, R, R] from the renderer (its first three channels are the raw image) and `ws`
 * [N, numWs, wDim] (only the last row is used) -> `image` [N, 3, S, S], in -1..1, not clamped.
 * Source: EG3D (Chan 2022) section 4.3; facts eg3d.md section 4 for 2X, 4X, 8X and 8XDC.
 */
export function superresolutionGraph(base: Base, options: SuperresolutionOptions = {}): Graph {
  const config = base.config.superresolution;
  if (!config) throw new HeadError('superresolution/none', 'superresolutionGraph: this base has no super-resolution.');
  const { batch = 1, adaptation = frozen, intermediates = false, noise = config.noiseMode } = options;
  const side = options.renderResolution ?? base.config.neuralRenderingResolution;
  const layout = networkLayout(base);
  const g = new GraphBuilder('superresolution');
  const parameters = new Parameters(g, base, adaptation);
  const ws = g.input('ws', [batch, layout.numWs, layout.wDim]);
  const window = options.window ?? side;
  const features = g.input('features', [batch, layout.featureChannels, window, window]);
  const input = superresolutionInput(config, side);
  let x = input === side ? features : resizeImage(g, features, (window * input) / side, config.antialias);
  // The raw image is the first three feature channels, and resizing is linear, so one resize serves both.
  let image = slice(g, x, 1, 0, 3);
  if (noise === 'const') {
    const first = base.tensors.get(`${layout.superresolution[0]!.name}.conv0.noise_const`);
    const grown = x.dims[3]! * (layout.superresolution[0]!.up ? 2 : 1);
    if (first?.dims.at(-1) !== grown) {
      throw new ShapeError(
        'superresolution/noise',
        `superresolutionGraph: the noise maps are ${first?.dims.at(-1) ?? 0} wide, the features ${grown}. Use noise none.`,
      );
    }
  }
  for (const block of layout.superresolution) {
    ({ x, image } = synthesisBlock(g, parameters, block, x, image, ws, { noise, convClamp: config.convClamp }));
    if (intermediates) {
      g.output(`${block.name}.x`, x);
      g.output(`${block.name}.img`, image);
    }
  }
  g.output('image', image);
  return g.build();
}
