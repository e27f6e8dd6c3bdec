import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cameraFromLabel } from '../../runtime/camera/camera.js';
import type { Base } from '../../runtime/checkpoint/index.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { emptyTrace, raysFor, renderRays } from '../../runtime/render/cpuRenderer.js';
import { renderSettings } from '../../runtime/render/settings.js';
import { decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { golden } from '../harness/npz.js';
import { fullBase } from '../network/hashWeights.js';
import { cpu, runGraph, strided } from '../network/runGraph.js';
import { flat } from '../render/goldenScene.js';
import { expected, expectPortrait, halfError, within } from './fullPortrait.js';
import { wsOfSeed } from './scene.js';

// 30.6 million parameters, 512 x 512 pixels: half a minute and 1.5 GB of memory on two cores.
// They run at the speed of a shared machine.

let base: Base;
let generator: Generator;
const latents: Tensor[] = [];

beforeAll(async () => {
  base = await fullBase();
  generator = new Generator(base, await cpu());
  for (const seed of [0, 1]) latents.push(await wsOfSeed(generator, seed));
});
afterAll(() => generator.dispose());

const cameraOf = (name: string) => cameraFromLabel(expected(`c_${name}`));

test('w of both seeds, truncated too', () => {
  for (const seed of [0, 1]) {
    const w = latents[seed]!.data.subarray(0, 512);
    expectClose(w, expected(`z${seed}.w`), within('ws'), 'w');
    expectClose(broadcastW(w, 1, generator.wAvg, 0.7).data, expected(`z${seed}.w_psi0.7`), within('ws'), 'psi 0.7');
  }
});

test('features and image of every block', async () => {
  const ws = { dims: [1, 14, 512], data: latents[0]!.data };
  const outputs = await runGraph(synthesisGraph(base, { intermediates: true }), { ws });
  const published = [...golden('full_main').keys()].filter((name) => /^z0\.b\d+\./.test(name));
  expect(published).toHaveLength(13);
  for (const name of published) {
    const [, block, kind, step, channels] = /^z0\.(b\d+)\.(\w+)_hw_stride(\d+)_ch(\d+)$/.exec(name)!;
    const part = strided(outputs[`backbone.synthesis.${block!}.${kind!}`]!, [
      Number(channels),
      Number(step),
      Number(step),
    ]);
    expectClose(part.data, expected(name), within('planes'), name);
  }
  const some = expected('z0.planes_stride16');
  const planes = outputs.planes!.data;
  expectClose(
    some.map((_, i) => planes[16 * i]!),
    some,
    within('planes') + halfError(some),
    'every 16th value',
  );
});

describe.each([0, 1])('seed %d', (seed) => {
  test('both cameras', async () => {
    const headRenderer = await HeadRenderer.create(generator);
    await headRenderer.setFace(latents[seed]!);
    const planes = headRenderer.planes!;
    const flattened = { dims: [96, 256, 256], data: planes.data };
    expectClose(
      strided(flattened, [1, 16, 16]).data,
      expected(`z${seed}.planes_hw_stride16`),
      within('planes'),
      'planes',
    );
    const settings = renderSettings(base.config.rendering, 32);
    const volume = { planes, projection: planeProjection(base.config.planeAxes), decoder: decoderOf(base) };
    for (const name of ['A', 'B']) {
      // Every 16th ray by the float64 twin, with all its stages.
      const all = raysFor(cameraOf(name), 128, settings);
      const rows = Array.from({ length: 64 }, (_, i) => (Math.floor(i / 8) * 128 + (i % 8)) * 16);
      const pick = (values: Float64Array, size: number) =>
        Float64Array.from({ length: 64 * size }, (_, i) => values[rows[Math.floor(i / size)]! * size + (i % size)]!);
      const rays = {
        count: 64,
        origins: pick(all.origins, 3),
        directions: pick(all.directions, 3),
        bounds: pick(all.bounds, 2),
      };
      const trace = emptyTrace();
      renderRays(volume, rays, settings, trace);
      const stages = { sigma_coarse: trace.sigmaCoarse, depths_fine: trace.depthsFine, weights_final: trace.weights };
      const short = { sigma_coarse: 'sc', depths_fine: 'df', weights_final: 'wf' };
      for (const stage of ['sigma_coarse', 'depths_fine', 'weights_final'] as const) {
        expectClose(
          flat(stages[stage]),
          expected(`z${seed}.${name}.${stage}_rays_stride16`),
          within(short[stage]),
          stage,
        );
      }
      expectPortrait(await headRenderer.render(cameraOf(name)), `z${seed}.${name}`);
    }
    await headRenderer.dispose();
  });
});

test('the kernels', async () => {
  const headRenderer = await HeadRenderer.create(generator, { device: await testDevice() });
  await headRenderer.setFace(latents[0]!);
  expectPortrait(await headRenderer.render(cameraOf('B')), 'z0.B');
  await headRenderer.dispose();
});
