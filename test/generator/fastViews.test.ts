import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { orbitCamera } from '../../runtime/camera/lookAt.js';
import { bytesSource, readBase } from '../../runtime/checkpoint/index.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer, type Portrait, type HeadRendererOptions } from '../../runtime/generator/headRenderer.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import { psnrOnWhite } from '../render/fast/faces.js';
import { testDevice } from '../harness/gpu.js';
import { cpu } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';

const side = 40;

test('fast portraits, by the twin and on a device, are the exact ones to 41 dB', async () => {
  const base = await readBase(bytesSource(await readFile('assets/base.safetensors')));
  const generator = new Generator(base, await cpu());
  const { layout, wAvg } = generator;
  const ws = broadcastW(wAvg, layout.numWs, wAvg, 1);
  const taken = async (options: HeadRendererOptions): Promise<Portrait> => {
    const headRenderer = await HeadRenderer.create(generator, { resolution: side, crop: true, ...options });
    await headRenderer.setFace(ws);
    const portrait = await headRenderer.render(orbitCamera(base.config.camera, 0.4, 0.1));
    await headRenderer.dispose();
    return portrait;
  };
  const rays = ({ imageRaw, depth, alpha }: Portrait) => ({
    features: imageRaw.data,
    depth: depth.data,
    alpha: alpha.data,
  });
  const exact = rays(await taken({}));
  const twin = rays(await taken({ quality: 'fast' }));
  const device = rays(await taken({ quality: 'fast', device: await testDevice() }));
  expect(psnrOnWhite(twin, exact).image).toBeGreaterThan(41);
  expect(psnrOnWhite(device, exact).image).toBeGreaterThan(41);
  // 8 bits and the filter's own.
  expect(psnrOnWhite(device, twin).image).toBeGreaterThan(46);
  await generator.dispose();
});

test('a base with super-resolution has no fast portraits', async () => {
  const generator = new Generator(await tinyBase(), await cpu());
  await expect(HeadRenderer.create(generator, { quality: 'fast' })).rejects.toThrow(
    'fast pictures have three channels and no super-resolution',
  );
  await generator.dispose();
});
