import { describe, test } from '@jest/globals';
import { blurKernel, defaultFilter } from '../../runtime/network/filters.js';
import { GraphBuilder, type Value } from '../../runtime/network/graph.js';
import type { LayerLayout } from '../../runtime/network/layout.js';
import { modulatedConv, toRgb } from '../../runtime/network/modulatedLayer.js';
import { conv, convTranspose2, transpose } from '../../runtime/network/operators.js';
import { frozen, Parameters } from '../../runtime/network/parameters.js';
import { upsampleImage } from '../../runtime/network/synthesis.js';
import { maxAbs } from '../harness/compare.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf, runGraph } from './runGraph.js';
import { tinyBase } from './tinyBase.js';
import type { Tensor } from '../../runtime/core/tensor.js';

const op = (name: string, dims?: readonly number[]) => goldenTensorOf('ops', name, dims);
const filters = {
  '': defaultFilter,
  _asym: goldenTensorOf('ops', 'f_asym').data,
  _asymf: goldenTensorOf('ops', 'f_asym').data,
};

/** A float32 sum of a few dozen products, relative to the largest result. */
function expectOp(actual: Tensor | undefined, expected: Float32Array, label: string): void {
  const scale = maxAbs(expected, new Float32Array(expected.length));
  expectClose(actual!.data, expected, 2e-6 * scale, label);
}

async function run(build: (g: GraphBuilder, x: Value) => Value): Promise<Tensor | undefined> {
  const g = new GraphBuilder('op');
  g.output('y', build(g, g.input('x', [1, 2, 5, 6])));
  return (await runGraph(g.build(), { x: op('x') })).y;
}

describe('resampling', () => {
  test.each(['', '_asym'] as const)('upsample2d%s', async (suffix) => {
    const y = await run((g, x) => upsampleImage(g, x, filters[suffix]));
    expectOp(y, op(`upsample2d${suffix}`).data, 'upsampled');
  });

  test.each(['', '_asymf'] as const)('conv_up2%s', async (suffix) => {
    const y = await run((g, x) => {
      const weight = transpose(g, g.parameter('w', op('w')), [1, 0, 2, 3]);
      const blur = g.constant('blur', blurKernel(filters[suffix], 3), [3, 1, 4, 4]);
      return conv(g, convTranspose2(g, x, weight), blur, { pad: 1, group: 3 });
    });
    expectOp(y, op(`conv_up2${suffix}`).data, 'up');
  });

  test('conv_plain', async () => {
    expectOp(await run((g, x) => conv(g, x, g.parameter('w', op('w')), { pad: 1 })), op('conv_plain').data, 'conv');
  });
});

/** What follows the modulated convolution in a layer. */
const activated = (values: Float32Array): Float32Array =>
  values.map((value) => Math.SQRT2 * (value < 0 ? 0.2 * value : value));

/** The layer of the op-level goldens: its affine map gives their styles whatever w is. */
async function layerOf(
  weight: Tensor,
  styleScale: number,
  up: boolean,
): Promise<[Parameters, GraphBuilder, LayerLayout]> {
  const [outChannels, inChannels, kernel] = weight.dims as [number, number, number];
  const styles = op('styles').data.map((value) => value * styleScale);
  const tensors = new Map<string, Tensor>([
    ['layer.weight', weight],
    ['layer.bias', { dims: [3], data: new Float32Array(3) }],
    ['layer.affine.weight', { dims: [2, 4], data: new Float32Array(8) }],
    ['layer.affine.bias', { dims: [2], data: styles }],
    ['layer.noise_const', op('noise')],
    ['layer.noise_strength', { dims: [], data: Float32Array.of(1) }],
  ]);
  const g = new GraphBuilder('layer');
  const layer: LayerLayout = { name: 'layer', kind: 'conv', inChannels, outChannels, kernel, up, wIndex: 0 };
  return [new Parameters(g, { ...(await tinyBase()), tensors }, frozen), g, layer];
}

describe('modulated convolution', () => {
  test.each([
    ['modconv_up2_demod_noise', true, 'const'],
    ['modconv_demod', false, 'none'],
  ] as const)('%s', async (name, up, noise) => {
    const [parameters, g, layer] = await layerOf(op('w'), 1, up);
    const [x, w] = [g.input('x', [1, 2, 5, 6]), g.input('w', [1, 4])];
    g.output('y', modulatedConv(g, parameters, layer, x, w, { noise, convClamp: null }));
    const { y } = await runGraph(g.build(), { x: op('x'), w: { dims: [1, 4], data: new Float32Array(4) } });
    expectOp(y, activated(op(name).data), name);
  });

  test('modconv_nodemod_1x1', async () => {
    // toRgb divides its style by the root of the channels.
    const [parameters, g, layer] = await layerOf(op('w1'), Math.SQRT2, false);
    const [x, w] = [g.input('x', [1, 2, 5, 6]), g.input('w', [1, 4])];
    g.output('y', toRgb(g, parameters, layer, x, w, { noise: 'none', convClamp: null }));
    const { y } = await runGraph(g.build(), { x: op('x'), w: { dims: [1, 4], data: new Float32Array(4) } });
    expectOp(y, op('modconv_nodemod_1x1').data, 'toRgb');
  });
});
