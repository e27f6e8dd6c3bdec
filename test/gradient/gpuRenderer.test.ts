import { describe, expect, test } from '@jest/globals';
import { renderBackward } from '../../runtime/render/backward/renderBackward.js';
import { raysFor } from '../../runtime/render/cpuRenderer.js';
import { TrainableRenderer } from '../../runtime/render/gpu/trainableRenderer.js';
import type { Rays } from '../../runtime/render/rays.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { testDevice } from '../harness/gpu.js';
import { camera, layerOf, settingsOf, volume, wantedFor } from './oddVolume.js';
import { relative } from './scene.js';

/** The bound on WGSL against its twin, relative. */
const tolerance = 1e-3;
const resolution = 11;

async function compare(
  rays: Rays,
  settings: RenderSettings,
  render: (renderer: TrainableRenderer) => void,
): Promise<void> {
  const renderer = await TrainableRenderer.create(await testDevice(), volume.decoder, volume.projection, settings);
  renderer.view.setPlanes(volume.planes);
  render(renderer);
  const wanted = wantedFor(rays.count);
  const gradients = renderer.backward(wanted, { decoder: true });
  const actual = await renderer.readGradients(gradients);
  const expected = renderBackward(volume, rays, settings, wanted);
  expect(relative(actual.planes, expected.planes)).toBeLessThan(tolerance);
  expect(relative(actual.origins, expected.origins)).toBeLessThan(tolerance);
  expect(relative(actual.directions, expected.directions)).toBeLessThan(tolerance);
  const byDecoder = await renderer.readDecoderGradients(gradients);
  for (const layer of ['first', 'second'] as const) {
    expect(relative(layerOf(byDecoder, layer), layerOf(expected.decoder, layer))).toBeLessThan(tolerance);
  }
  renderer.dispose();
}

describe('the WGSL backward against its twin, at odd sizes', () => {
  test.each([
    ['transparent', {}],
    ['white', { whiteBack: true }],
    ['coarse only', { depthResolutionImportance: 0 }],
    ['hashed', { jitter: { seed: '7' } }],
    ['disparity', { disparitySpaceSampling: true }],
    ['from the box', { rayStart: 'auto', rayEnd: 'auto' }],
  ] as [string, Partial<RenderSettings>][])('%s', async (_, changes) => {
    const settings = settingsOf(changes);
    await compare(raysFor(camera, resolution, settings), settings, (renderer) =>
      renderer.view.render(camera, resolution),
    );
  });

  test('rays of any number and place', async () => {
    const settings = settingsOf({});
    const all = raysFor(camera, resolution, settings);
    const some = [3, 77, 12, 120, 55];
    const pick = (from: Float64Array, size: number): Float64Array =>
      Float64Array.from(some.flatMap((ray) => [...from.subarray(ray * size, (ray + 1) * size)]));
    const rays = {
      count: some.length,
      origins: pick(all.origins, 3),
      directions: pick(all.directions, 3),
      bounds: pick(all.bounds, 2),
    };
    await compare(rays, settings, (renderer) => renderer.view.renderRays(rays));
  });

  test('twice gives the same, and a second view does not remember the first', async () => {
    const settings = settingsOf({});
    const renderer = await TrainableRenderer.create(await testDevice(), volume.decoder, volume.projection, settings);
    renderer.view.setPlanes(volume.planes);
    const gradients = async (size: number) => {
      renderer.view.render(camera, size);
      return (await renderer.readGradients(renderer.backward(wantedFor(size * size)))).planes;
    };
    const first = await gradients(resolution);
    await gradients(5);
    expect(relative(await gradients(resolution), first)).toBeLessThan(1e-5);
    renderer.dispose();
  });

  test('refuses gradients before a view, and of another size', async () => {
    const settings = settingsOf({});
    const renderer = await TrainableRenderer.create(await testDevice(), volume.decoder, volume.projection, settings);
    expect(() => renderer.backward(wantedFor(4))).toThrow(/render a view first/);
    renderer.view.setPlanes(volume.planes);
    renderer.view.render(camera, 3);
    expect(() => renderer.backward(wantedFor(4))).toThrow(/features: expected 27 numbers, got 12/);
    await expect(renderer.readDecoderGradients(renderer.backward(wantedFor(9)))).rejects.toThrow(/decoder: true/);
    renderer.dispose();
  });
});
