import type { Base } from '../checkpoint/base/base.js';
import { defaultFilter, upsampleKernels } from './filters.js';
import { GraphBuilder, type Graph, type Value } from './graph.js';
import { networkLayout, type BlockLayout } from './layout.js';
import { modulatedConv, toRgb, type LayerOptions } from './modulatedLayer.js';
import { add, conv, reshape, slice } from './operators.js';
import { frozen, Parameters, type Adaptation } from './parameters.js';

/** What a synthesis graph is built for. */
export interface SynthesisOptions {
  /** Heads in one run. */
  readonly batch?: number;
  /** `const`: the stored noise maps; `none`: without. EG3D's own default, fresh noise, is not offered. */
  readonly noise?: 'const' | 'none';
  readonly adaptation?: Adaptation;
  /** Publish every block's features as `<block>.x` and image as `<block>.img`, for tests and tools. */
  readonly intermediates?: boolean;
}

/** The skip image at twice its size: [N, C, H, W] -> [N, C, 2 H, 2 W]. */
export function upsampleImage(g: GraphBuilder, image: Value, filter: Float32Array): Value {
  const [n, c, h, w] = image.dims as [number, number, number, number];
  const kernels = g.constant('upsample', upsampleKernels(filter, c), [4 * c, 1, 3, 3]);
  const phases = conv(g, image, kernels, { pad: 1, group: c });
  return g.node('DepthToSpace', [phases.name], [n, c, 2 * h, 2 * w], { blocksize: 2, mode: 'CRD' });
}

/** Row `index` of ws [N, numWs, wDim] as [N, wDim]. */
export function styleCode(g: GraphBuilder, ws: Value, index: number): Value {
  const [n, , wDim] = ws.dims as [number, number, number];
  return reshape(g, slice(g, ws, 1, index, index + 1), [n, wDim]);
}

/** One block: features and skip image in, features and skip image out. */
export function synthesisBlock(
  g: GraphBuilder,
  parameters: Parameters,
  block: BlockLayout,
  x: Value,
  image: Value | null,
  ws: Value,
  options: LayerOptions,
): { x: Value; image: Value } {
  return g.scope(block.name, () => {
    let features = x;
    if (block.conv0) {
      features = modulatedConv(g, parameters, block.conv0, features, styleCode(g, ws, block.conv0.wIndex), options);
    }
    features = modulatedConv(g, parameters, block.conv1, features, styleCode(g, ws, block.conv1.wIndex), options);
    const rgb = toRgb(g, parameters, block.toRgb, features, styleCode(g, ws, block.toRgb.wIndex), options);
    if (!image) return { x: features, image: rgb };
    const filter = parameters.data(`${block.name}.resample_filter`) ?? defaultFilter;
    return { x: features, image: add(g, block.up ? upsampleImage(g, image, filter) : image, rgb) };
  });
}

/**
 * The backbone: `ws` [N, numWs, wDim] -> `planes` [N, 3 C, H, W], plane p in channels p C .. p C + C - 1.
 * Source: EG3D (Chan 2022) section 4; StyleGAN2's skip architecture.
 */
export function synthesisGraph(base: Base, options: SynthesisOptions = {}): Graph {
  const { batch = 1, noise = 'const', adaptation = frozen, intermediates = false } = options;
  const layout = networkLayout(base);
  const g = new GraphBuilder('synthesis');
  const parameters = new Parameters(g, base, adaptation);
  const ws = g.input('ws', [batch, layout.numWs, layout.wDim]);
  const start = parameters.get('backbone.synthesis.b4.const');
  // Adding zeros broadcasts the constant over the batch with an operator that every back end has.
  let x = add(g, reshape(g, start, [1, ...start.dims]), g.constant('batch', new Float32Array(batch), [batch, 1, 1, 1]));
  let image: Value | null = null;
  for (const block of layout.backbone) {
    const convClamp = base.config.backbone.convClamp;
    ({ x, image } = synthesisBlock(g, parameters, block, x, image, ws, { noise, convClamp }));
    if (intermediates) {
      g.output(`${block.name}.x`, x);
      g.output(`${block.name}.img`, image);
    }
  }
  g.output('planes', image!);
  return g.build();
}
