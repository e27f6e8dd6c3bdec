import { describe, expect, test } from '@jest/globals';
import { bakeVolume } from '../../../runtime/render/fast/bakedVolume.js';
import { renderBaked } from '../../../runtime/render/fast/bakedView.js';
import { raysFor, type Volume } from '../../../runtime/render/cpuRenderer.js';
import { readFloats } from '../../../runtime/render/gpu/buffers.js';
import { FastRenderer } from '../../../runtime/render/gpu/fast/fastRenderer.js';
import { GpuRenderer } from '../../../runtime/render/gpu/gpuRenderer.js';
import { readTexture } from '../../../runtime/render/gpu/readTexture.js';
import type { RayBounds } from '../../../runtime/render/settings.js';
import { expectClose } from '../../harness/compare.js';
import { testDevice } from '../../harness/gpu.js';
import { oddCamera, oddSettings, oddVolume, type OddSizes } from '../oddScene.js';
import { pictureTextures } from './pictureTextures.js';

/** With surfaces: densities far from 0 on both sides. */
function hardVolume(sizes: Partial<OddSizes>, scale: number): Volume {
  const volume = oddVolume(sizes);
  const { decoder } = volume;
  const [w2, b2] = [decoder.w2.slice(), decoder.b2.slice()];
  for (let h = 0; h < decoder.hidden; h++) w2[h]! *= scale;
  b2[0] = -60;
  return { ...volume, decoder: { ...decoder, w2, b2 } };
}

const cases: readonly {
  name: string;
  sizes: Partial<OddSizes>;
  bake: { side: number; edgeSamples: number };
  crop?: RayBounds['crop'];
  resolution: number;
}[] = [
  { name: 'planes of another size', sizes: {}, bake: { side: 20, edgeSamples: 5 }, resolution: 13 },
  {
    name: 'a grid on the texels, cut, more colours than three',
    sizes: { width: 12, height: 12, hidden: 6, channels: 8, colors: 5 },
    bake: { side: 12, edgeSamples: 12 },
    crop: [0.5, 0.3, 0.4],
    resolution: 21,
  },
];

describe.each(cases.map((each) => [each.name, each] as const))('%s', (_, { sizes, bake, crop, resolution }) => {
  test('every kernel agrees with its twin', async () => {
    const device = await testDevice();
    const volume = hardVolume(sizes, 40);
    const bounds = {
      start: oddSettings.rayStart as number,
      end: oddSettings.rayEnd as number,
      ...(crop ? { crop } : {}),
    };
    const { decoder, projection } = volume;
    const fast = await FastRenderer.create({
      device,
      decoder,
      projection,
      settings: oddSettings,
      bake,
      ...(crop ? { crop } : {}),
    });
    const exact = await GpuRenderer.create(device, decoder, projection, oddSettings);
    const planes = exact.createPlanes();
    const face = fast.createVolume();
    // What another face leaves behind must be cleared.
    exact.setPlanes({ ...volume.planes, data: volume.planes.data.map((value) => -value) }, planes);
    fast.bake(face, planes);
    exact.setPlanes(volume.planes, planes);
    fast.bake(face, planes);

    const twin = bakeVolume(volume, oddSettings.boxWarp, bake, crop);
    const bricks = bake.side / 4;
    const distances = new Uint32Array((await readFloats(device, face.distances, bricks ** 3)).buffer);
    expect([...distances]).toEqual([...twin.distances]);
    expect(twin.filled).toBeGreaterThan(4);
    expectClose(await readTexture(device, face.voxels, 4), twin.voxels, 1, 'voxels');

    const rays = raysFor(oddCamera, resolution, oddSettings, bounds);
    const view = renderBaked(twin, rays, oddSettings, bake);
    expect(view.edges.length).toBeGreaterThan(10);
    expect(view.edges.length).toBeLessThan(resolution ** 2 - 10);
    const target = pictureTextures(device, resolution);
    fast.march(face, planes, oddCamera, resolution, bounds, target);
    const bytes = await readTexture(device, target.color, 4);
    const depths = new Float32Array((await readTexture(device, target.depth, 8)).buffer);
    const turned = (i: number): number => (resolution - 1 - Math.floor(i / resolution)) * resolution + (i % resolution);
    const shown = [...view.alpha.keys()].map(turned);
    const expected = shown.flatMap((i) => [
      ...[0, 1, 2].map((c) => Math.min(view.alpha[i]!, Math.max(0, (view.features[c * rays.count + i]! + 1) / 2))),
      view.alpha[i]!,
    ]);
    // Filters of a device have 8 bits of share, and 250 densities lie in a voxel's step.
    expectClose(
      Float32Array.from(bytes, (value) => value / 255),
      expected,
      0.02,
      'color',
    );
    const covered = shown.map((i, at) => [at, i] as const).filter(([, i]) => view.alpha[i]! > 0.02);
    expectClose(
      covered.map(([at]) => depths[2 * at]!),
      covered.map(([, i]) => view.depth[i]!),
      0.01,
      'depth',
    );
    for (const made of [face, fast, planes, exact]) made.dispose();
  });
});
