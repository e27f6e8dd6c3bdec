import { describe, expect, test } from '@jest/globals';
import { lookAt } from '../../runtime/camera/lookAt.js';
import type { DecoderGradients } from '../../runtime/render/backward/gradients.js';
import { renderBackward } from '../../runtime/render/backward/renderBackward.js';
import { raysFor, type Volume } from '../../runtime/render/cpuRenderer.js';
import { TrainableRenderer } from '../../runtime/render/gpu/trainableRenderer.js';
import type { Rays } from '../../runtime/render/rays.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { testDevice } from '../harness/gpu.js';
import { hashed, relative } from './scene.js';

/** The bound on WGSL against its twin, relative. */
const tolerance = 1e-3;
const [channels, hidden, colors, height, width, resolution] = [5, 9, 3, 7, 10, 11];

const volume: Volume = {
  planes: { dims: [3, channels, height, width], data: hashed('planes', 3 * channels * height * width, 2) },
  projection: [
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
    [
      [0, 0, 1],
      [0, 1, 0],
    ],
  ],
  decoder: {
    channels,
    hidden,
    colors,
    w1: hashed('w1', hidden * channels),
    b1: hashed('b1', hidden),
    w2: hashed('w2', (1 + colors) * hidden, 2),
    b2: hashed('b2', 1 + colors),
  },
};
/** No sample lies on a texel's centre line, where the slope jumps and float32 may take the other side. */
const camera = lookAt([0.43, -0.29, 2.68], [0.021, 0.013, 0.004], 3);
const settingsOf = (changes: Partial<RenderSettings>): RenderSettings =>
  renderSettings(
    {
      depthResolution: 9,
      depthResolutionImportance: 7,
      rayStart: 2.25,
      rayEnd: 3.2,
      boxWarp: 1.1,
      disparitySpaceSampling: false,
      whiteBack: false,
    },
    colors,
    changes,
  );
const wantedFor = (rays: number) => ({
  features: hashed('features', colors * rays),
  depth: hashed('depth', rays),
  alpha: hashed('alpha', rays),
});

async function compare(
  rays: Rays,
  settings: RenderSettings,
  render: (renderer: TrainableRenderer) => void,
): Promise<void> {
  const renderer = await TrainableRenderer.create(await testDevice(), volume.decoder, volume.projection, settings);
  renderer.setPlanes(volume.planes);
  render(renderer);
  const wanted = wantedFor(rays.count);
  const gradients = renderer.backward(wanted, { decoder: true });
  const actual = await renderer.readGradients(gradients);
  const expected = renderBackward(volume, rays, settings, wanted);
  expect(relative(actual.planes, expected.planes)).toBeLessThan(tolerance);
  expect(relative(actual.origins, expected.origins)).toBeLessThan(tolerance);
  expect(relative(actual.directions, expected.directions)).toBeLessThan(tolerance);
  const byDecoder = await renderer.readDecoderGradients(gradients);
  // Layer by layer: a bias alone is a sum in which most cancels.
  const first = ({ w1, b1 }: DecoderGradients): number[] => [...w1, ...b1];
  const second = ({ w2, b2 }: DecoderGradients): number[] => [...w2, ...b2];
  expect(relative(first(byDecoder), first(expected.decoder))).toBeLessThan(tolerance);
  expect(relative(second(byDecoder), second(expected.decoder))).toBeLessThan(tolerance);
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
    await compare(raysFor(camera, resolution, settings), settings, (renderer) => renderer.render(camera, resolution));
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
    await compare(rays, settings, (renderer) => renderer.renderRays(rays));
  });

  test('twice gives the same, and a second view does not remember the first', async () => {
    const settings = settingsOf({});
    const renderer = await TrainableRenderer.create(await testDevice(), volume.decoder, volume.projection, settings);
    renderer.setPlanes(volume.planes);
    const gradients = async (size: number) => {
      renderer.render(camera, size);
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
    renderer.setPlanes(volume.planes);
    renderer.render(camera, 3);
    expect(() => renderer.backward(wantedFor(4))).toThrow(/features: expected 27 numbers, got 12/);
    await expect(renderer.readDecoderGradients(renderer.backward(wantedFor(9)))).rejects.toThrow(/decoder: true/);
    renderer.dispose();
  });
});
