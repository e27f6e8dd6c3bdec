import { expect, test } from '@jest/globals';
import { nodeExecution } from '../../runtime/execution/node.js';
import { CpuTraining } from '../../runtime/generator/cpuTraining.js';
import { renderBackward } from '../../runtime/render/backward/renderBackward.js';
import { raysFor, renderRays } from '../../runtime/render/cpuRenderer.js';
import { expectClose } from '../harness/compare.js';
import { camera, layerOf, settingsOf, volume, wantedFor } from './oddVolume.js';
import { relative } from './scene.js';

const tolerance = 1e-3;

test.each([
  ['transparent', {}],
  ['white, hashed', { whiteBack: true, jitter: { seed: '7' } }],
])('ONNX Runtime’s renderer, forward and backward, against the twin: %s', async (_, changes) => {
  const settings = settingsOf(changes);
  const training = await CpuTraining.create(await nodeExecution(), volume.decoder, volume.projection, settings, {
    decoder: true,
  });
  training.setPlanes(volume.planes);
  // More points than one batch of the decoder, and not a multiple of it.
  const rays = raysFor(camera, 29, settings);
  const wanted = wantedFor(rays.count);
  expectClose((await training.render(rays)).features, renderRays(volume, rays, settings).features, 1e-5, 'features');
  const actual = await training.backward(rays, wanted);
  const expected = renderBackward(volume, rays, settings, wanted);
  expect(relative(actual.planes, expected.planes)).toBeLessThan(tolerance);
  expect(relative(actual.origins, expected.origins)).toBeLessThan(tolerance);
  expect(relative(actual.directions, expected.directions)).toBeLessThan(tolerance);
  for (const layer of ['first', 'second'] as const) {
    expect(relative(layerOf(actual.decoder, layer), layerOf(expected.decoder, layer))).toBeLessThan(tolerance);
  }
  await training.dispose();
});

test('refuses to render without planes, and planes of other channels', async () => {
  const settings = settingsOf({});
  const training = await CpuTraining.create(await nodeExecution(), volume.decoder, volume.projection, settings);
  await expect(training.render(raysFor(camera, 2, settings))).rejects.toThrow(/setPlanes/);
  expect(() => training.setPlanes({ dims: [3, 4, 2, 2], data: new Float32Array(48) })).toThrow(/\[3, 5, H, W\]/);
  await training.dispose();
});
