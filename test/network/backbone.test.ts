import { describe, expect, test } from '@jest/globals';
import { GraphBuilder } from '../../runtime/network/graph.js';
import { modulatedLayers, networkLayout, type LayerLayout } from '../../runtime/network/layout.js';
import { affine } from '../../runtime/network/lora.js';
import { modulatedConv, toRgb } from '../../runtime/network/modulatedLayer.js';
import { frozen, Parameters } from '../../runtime/network/parameters.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { golden } from '../harness/npz.js';
import { goldenTensorOf, repeatW, runGraph, strided } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

const inner = (name: string, dims?: readonly number[]) => goldenTensorOf('tiny_intermediates', `z0.${name}`, dims);
const wsOf = (seed: number) => repeatW(goldenTensorOf('tiny_main', `z${seed}.w`), 8);

/** `backbone.synthesis.b8.conv0` as the intermediates call it: `bb.b8.conv0`. */
const shortName = (name: string): string => name.replace('backbone.synthesis', 'bb').replace('superresolution', 'sr');

test.each([0, 1])('planes of z%d', async (seed) => {
  const { planes } = await runGraph(synthesisGraph(await tinyBase()), { ws: wsOf(seed) });
  expect(planes!.dims).toEqual([1, 96, 32, 32]);
  expectClose(planes!.data, goldenTensorOf('tiny_main', `z${seed}.planes`).data, tolerance('planes'), 'planes');
});

test('planes without noise', async () => {
  const { planes } = await runGraph(synthesisGraph(await tinyBase(), { noise: 'none' }), { ws: wsOf(0) });
  const expected = goldenTensorOf('tiny_variants', 'backbone_noise_none.planes_stride4').data;
  const within = tolerance('variant.backbone_noise_none.planes');
  expectClose(strided(planes!, [1, 4, 4]).data, expected, within, 'planes');
});

test('features and image of every block', async () => {
  const outputs = await runGraph(synthesisGraph(await tinyBase(), { intermediates: true }), { ws: wsOf(0) });
  for (const side of [4, 8, 16, 32]) {
    const { [`backbone.synthesis.b${side}.x`]: x, [`backbone.synthesis.b${side}.img`]: image } = outputs;
    expectClose(x!.data, inner(`bb.b${side}.conv1`).data, tolerance(`bb.b${side}.x`), `b${side}.x`);
    const expected = side < 32 ? inner(`bb.b${side}.img`) : goldenTensorOf('tiny_main', 'z0.planes');
    expectClose(image!.data, expected.data, tolerance(`bb.b${side}.img`), `b${side}.img`);
  }
});

describe('one layer alone', () => {
  const options = { noise: 'const', convClamp: null } as const;

  async function layers(): Promise<LayerLayout[]> {
    return modulatedLayers(networkLayout(await tinyBase()));
  }

  test('every style', async () => {
    const base = await tinyBase();
    const known = await layers();
    expect(known).toHaveLength(17);
    const g = new GraphBuilder('styles');
    const w = g.input('w', [1, 32]);
    for (const layer of known) g.output(`${layer.name}.style`, affine(g, new Parameters(g, base, frozen), layer, w));
    const styles = await runGraph(g.build(), { w: goldenTensorOf('tiny_main', 'z0.w', [1, 32]) });
    for (const { name } of known) {
      const quantity = `${shortName(name)}.affine`;
      expectClose(styles[`${name}.style`]!.data, inner(quantity).data, tolerance(quantity), quantity);
    }
  });

  const before: Record<number, number> = { 8: 4, 16: 8, 32: 16 };

  test.each([8, 16, 32])('conv0 of b%d', async (side) => {
    const layer = (await layers()).find(({ name }) => name === `backbone.synthesis.b${side}.conv0`)!;
    const half = before[side]!;
    const x = inner(`bb.b${half}.conv1`, [1, layer.inChannels, half, half]);
    const g = new GraphBuilder('layer');
    const parameters = new Parameters(g, await tinyBase(), frozen);
    g.output('y', modulatedConv(g, parameters, layer, g.input('x', x.dims), g.input('w', [1, 32]), options));
    const { y } = await runGraph(g.build(), { x, w: goldenTensorOf('tiny_main', 'z0.w', [1, 32]) });
    expectClose(y!.data, inner(`bb.b${side}.conv0`).data, tolerance(`bb.b${side}.conv0`), layer.name);
  });

  test('torgb of b32', async () => {
    const layer = (await layers()).find(({ name }) => name === 'backbone.synthesis.b32.torgb')!;
    const x = inner('bb.b32.conv1', [1, 16, 32, 32]);
    const g = new GraphBuilder('layer');
    const parameters = new Parameters(g, await tinyBase(), frozen);
    g.output('y', toRgb(g, parameters, layer, g.input('x', x.dims), g.input('w', [1, 32]), options));
    const { y } = await runGraph(g.build(), { x, w: goldenTensorOf('tiny_main', 'z0.w', [1, 32]) });
    const expected = golden('tiny_intermediates').get('z0.bb.b32.torgb_stride4')!.data;
    expectClose(strided(y!, [1, 4, 4]).data, expected, tolerance('bb.b32.torgb'), 'torgb');
  });
});
