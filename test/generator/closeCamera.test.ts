import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { LatentSpace } from '../../personalize/inversion/latentSpace.js';
import { DifferentiableHead } from '../../personalize/training/differentiableHead.js';
import { defaultWeights, patchLoss } from '../../personalize/training/losses.js';
import { patchRays, targetOf, wholePatch } from '../../personalize/training/target.js';
import { trainingSettings } from '../../personalize/training/trainingSettings.js';
import { orbitCamera } from '../../runtime/camera/lookAt.js';
import type { Camera } from '../../runtime/camera/camera.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readBase, type Base } from '../../runtime/checkpoint/index.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer, type Portrait, type HeadRendererOptions } from '../../runtime/generator/headRenderer.js';
import { frozen } from '../../runtime/network/parameters.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { cpu } from '../network/runGraph.js';

const resolution = 16;
const plain = { ...defaultWeights, solid: 0 };
let base: Base;
let ws: Tensor;

beforeAll(async () => {
  base = await readBase(bytesSource(await readFile('assets/base.safetensors')));
  const mean = base.tensors.get('backbone.mapping.w_avg')!;
  const { numWs } = new Generator(base, await cpu()).layout;
  const wDim = mean.data.length;
  ws = { dims: [numWs, wDim], data: Float32Array.from({ length: numWs * wDim }, (_, i) => mean.data[i % wDim]!) };
});

/** As labels have it: the crop shows as much of the head from everywhere. */
function cameraAt(radius: number): Camera {
  const { camera } = base.config;
  return orbitCamera({ ...camera, radius, focal: (camera.focal * radius) / camera.radius }, 0.3, 0.1);
}

async function portrait(distance: number, options: HeadRendererOptions): Promise<Portrait> {
  const generator = new Generator(base, await cpu());
  const headRenderer = await HeadRenderer.create(generator, { resolution, ...options });
  await headRenderer.setFace(ws);
  const taken = await headRenderer.render(cameraAt(distance));
  await headRenderer.dispose();
  await generator.dispose();
  return taken;
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a camera nearer than the base’s own', () => {
  test.each([0.7, 0.9, 1.3])('sees the head from %d units', async (distance) => {
    const [near, own] = [await portrait(distance, { follow: true }), await portrait(2.7, {})];
    expect(mean(near.alpha.data) / mean(own.alpha.data)).toBeGreaterThan(0.85);
    expect(mean(near.alpha.data) / mean(own.alpha.data)).toBeLessThan(1.15);
    const middle = (resolution / 2) * resolution + resolution / 2;
    // The face lies as far before the origin as from afar.
    expect(distance - near.depth.data[middle]!).toBeCloseTo(2.7 - own.depth.data[middle]!, 1);
  });

  test('sees nothing with the published bounds, which stay the default; a crop moves them along', async () => {
    expect(Math.max(...(await portrait(0.9, {})).alpha.data)).toBeLessThan(1e-6);
    expect(mean((await portrait(0.9, { crop: true })).alpha.data)).toBeGreaterThan(0.2);
  });

  test('is rendered alike by WGSL and by the CPU', async () => {
    const [kernels, twin] = [
      await portrait(0.9, { crop: true, device: await testDevice() }),
      await portrait(0.9, { crop: true }),
    ];
    expectClose(kernels.imageRaw.data, twin.imageRaw.data, 2e-3, 'image');
    expectClose(kernels.alpha.data, twin.alpha.data, 2e-3, 'alpha');
  });

  test('trains: its photo is met by its own latent, and another latent has a gradient', async () => {
    const { imageRaw, alpha } = await portrait(0.9, { follow: true });
    const area = resolution ** 2;
    const image = imageRaw.data.map((v, i) => (v + 1) / Math.max(alpha.data[i % area]!, 1e-3) - 1);
    const target = targetOf({
      ...{ name: 'selfie.jpg', camera: cameraAt(0.9) },
      image: { dims: imageRaw.dims, data: image },
      mask: { dims: alpha.dims, data: alpha.data },
    });
    const execution = await cpu();
    const settings = trainingSettings(base, 48);
    const head = await DifferentiableHead.create({ base, execution, adaptation: frozen, settings, wrt: ['ws'] });
    const patch = wholePatch(target, resolution);
    const rays = patchRays(target.camera, patch, settings);
    const own = patchLoss(await head.render(ws, new Map(), rays), patch, plain);
    const latent = await LatentSpace.measure(base, execution);
    const other = latent.toWs(new Float32Array(latent.layout.wDim).fill(0.5));
    const another = patchLoss(await head.render(other, new Map(), rays), patch, plain);
    expect(own.total).toBeLessThan(1e-5);
    expect(another.total).toBeGreaterThan(100 * own.total);
    const { variables } = await head.backward(rays, another.gradients);
    expect(Math.hypot(...variables.get('ws')!)).toBeGreaterThan(1e-4);
    await head.dispose();
  });
});
