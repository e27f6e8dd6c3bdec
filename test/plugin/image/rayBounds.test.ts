import { expect, test } from '@jest/globals';
import { lookAt } from '../../../runtime/camera/lookAt.js';
import { raysFor, renderRays } from '../../../runtime/render/cpuRenderer.js';
import { GpuRenderer } from '../../../runtime/render/gpu/gpuRenderer.js';
import { renderSettings } from '../../../runtime/render/settings.js';
import { planeProjection, type Decoder } from '../../../runtime/render/volume.js';
import { expectClose } from '../../harness/compare.js';
import { testDevice } from '../../harness/gpu.js';

const wave = (count: number, factor: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 1.7) * factor);

const decoder: Decoder = {
  channels: 4,
  hidden: 8,
  colors: 3,
  w1: wave(32, 1),
  b1: wave(8, 1),
  w2: wave(32, 2),
  b2: wave(4, 1),
};
const axes = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ],
];
const rendering = {
  depthResolution: 12,
  depthResolutionImportance: 12,
  boxWarp: 1,
  disparitySpaceSampling: false,
  whiteBack: false,
};
const camera = lookAt([0.6, 0.5, 1.8], [0, 0, 0], 1.1);

test('rays cut to the planes’ own box are those of automatic bounds, and empty beside it', async () => {
  const device = await testDevice();
  const planes = { dims: [12, 8, 8], data: wave(12 * 64, 1) };
  const make = async (bound: 'auto' | number): Promise<GpuRenderer> => {
    const settings = renderSettings({ ...rendering, rayStart: bound, rayEnd: bound === 'auto' ? 'auto' : 3 }, 3);
    const renderer = await GpuRenderer.create(device, decoder, planeProjection(axes), settings);
    renderer.setPlanes(planes);
    return renderer;
  };
  const [automatic, fixed] = [await make('auto'), await make(1)];
  const expected = await automatic.read(automatic.render(camera, 16));
  const cut = await fixed.read(fixed.render(camera, 16, { start: 0.01, end: 9, crop: [0.5, 0.5, 0.5] }));
  const hits = [...cut.alpha.keys()].filter((ray) => cut.alpha[ray]! > 0);
  expect(hits.length).toBeGreaterThan(20);
  expect(hits.length).toBeLessThan(200);
  const of = (values: Float32Array): number[] => hits.map((ray) => values[ray]!);
  expectClose(of(cut.alpha), of(expected.alpha), 1e-5, 'alpha');
  expectClose(of(cut.features), of(expected.features), 1e-5, 'red');
  expectClose(of(cut.depth), of(expected.depth), 1e-4, 'depth');

  // And those of the twin.
  const { settings } = fixed;
  const view = { start: 0.01, end: 9, crop: [0.5, 0.3, 0.4] } as const;
  const volume = { planes: { dims: [3, 4, 8, 8], data: planes.data }, projection: planeProjection(axes), decoder };
  const twin = renderRays(volume, raysFor(camera, 16, settings, view), settings);
  const low = await fixed.read(fixed.render(camera, 16, view));
  expectClose(low.alpha, twin.alpha, 1e-5, 'alpha of the twin');
  expectClose(low.features, twin.features, 1e-4, 'colours of the twin');
  expect(low.alpha.filter((alpha) => alpha > 0).length).toBeLessThan(hits.length);

  // A view without bounds is not touched by one that had them.
  const plain = await fixed.read(fixed.render(camera, 16));
  const given = await fixed.read(fixed.render(camera, 16, { start: 1, end: 3 }));
  expect(plain.features).toEqual(given.features);
  expect(plain.features).not.toEqual(cut.features);
  expect(() => fixed.render(camera, 16, { start: 2, end: 2 })).toThrow('must lie before');
  expect(() => fixed.render(camera, 16, { start: 1, end: 2, crop: [1, 0, 1] })).toThrow('crop');
  automatic.dispose();
  fixed.dispose();
});
