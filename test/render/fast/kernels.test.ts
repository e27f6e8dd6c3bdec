import { describe, expect, test } from '@jest/globals';
import { bakeVolume } from '../../../runtime/render/fast/bakedVolume.js';
import { renderBaked } from '../../../runtime/render/fast/bakedView.js';
import { raysFor } from '../../../runtime/render/cpuRenderer.js';
import { readFloats } from '../../../runtime/render/gpu/buffers.js';
import { FastRenderer } from '../../../runtime/render/gpu/fast/fastRenderer.js';
import { GpuRenderer } from '../../../runtime/render/gpu/gpuRenderer.js';
import { readTexture } from '../../../runtime/render/gpu/readTexture.js';
import { expectClose } from '../../harness/compare.js';
import { testDevice } from '../../harness/gpu.js';
import { oddCamera, oddSettings } from '../oddScene.js';
import { expectBitmap, hardBounds, hardCases, hardVolume } from './hardFaces.js';
import { pictureTextures } from './pictureTextures.js';

describe.each(hardCases.map((each) => [each.name, each] as const))('%s', (_, each) => {
  const { sizes, bake, crop, format, resolution } = each;
  test('every kernel agrees with its twin', async () => {
    const device = await testDevice();
    const volume = hardVolume(sizes, 40);
    const bounds = hardBounds(each);
    const { decoder, projection } = volume;
    const fast = await FastRenderer.create({
      device,
      decoder,
      projection,
      settings: oddSettings,
      bake,
      format,
      ...(crop ? { crop } : {}),
    });
    const exact = await GpuRenderer.create(device, decoder, projection, oddSettings, 0, format);
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
    expectBitmap(
      await readTexture(device, target.color, 4),
      new Float32Array((await readTexture(device, target.depth, 8)).buffer),
      view,
    );
    for (const made of [face, fast, planes, exact]) made.dispose();
  });
});
