import { describe, expect, test } from '@jest/globals';
import { SharedMotion } from '../../../personalize/inversion/sharedMotion.js';
import { applyHeadMotion, type HeadMotion } from '../../../personalize/photos/cameras/headMotion.js';
import { Adam } from '../../../personalize/training/adam.js';
import { DifferentiableHead } from '../../../personalize/training/differentiableHead.js';
import { defaultWeights, patchLoss } from '../../../personalize/training/losses.js';
import { patchRays, targetOf, wholePatch, type Patch } from '../../../personalize/training/target.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import { Generator } from '../../../runtime/generator/generator.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { frozen } from '../../../runtime/network/parameters.js';
import { renderSettings } from '../../../runtime/render/settings.js';
import { hashed } from '../../gradient/scene.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu, repeatW } from '../../network/runGraph.js';
import { tinyPhotos } from '../tinyPhotos.js';

const camera = orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4.2647 }, 0.4, -0.2);

describe('SharedMotion', () => {
  test('begins at nothing and counts in what people spread', () => {
    expect(new SharedMotion().of(camera)).toBe(camera);
    const motion = new SharedMotion(Float32Array.of(1, -1, 0, 0, 2, 0, 1)).motion;
    expect(motion[0]).toBeCloseTo((3 * Math.PI) / 180, 6);
    expect(motion[1]).toBeCloseTo(-Math.PI / 180, 6);
    expect(motion[4]).toBeCloseTo(0.02, 6);
    expect(motion[6]).toBeCloseTo(0.03, 6);
    const { cam2world: m } = new SharedMotion(Float32Array.of(0, 0, 0, 0, 0, 0, 1)).of(camera);
    expect(Math.hypot(m[3]!, m[7]!, m[11]!)).toBeCloseTo(2.7 * Math.exp(0.03), 5);
  });

  test('without a gradient by rays, steps lead back to nothing', () => {
    const motion = new SharedMotion(Float32Array.of(1, -2, 1, 1, -1, 0.5, 2));
    const count = 4;
    const rays = { origins: new Float64Array(3 * count), directions: new Float64Array(3 * count) };
    const patch = { resolution: 2, pixels: Uint32Array.of(0, 1, 2, 3) } as Patch;
    const adam = new Adam();
    for (let step = 0; step < 40; step++) motion.step(adam, camera, rays, patch, 0.1 * (1 - step / 40));
    motion.values.forEach((value) => expect(Math.abs(value)).toBeLessThan(0.8));
  });

  test('steps go down the loss of the moved camera in every number', () => {
    const by = Float64Array.from(hashed('origins', 3, 1));
    const rays = { origins: by, directions: new Float64Array(3) };
    const patch = { resolution: 1, pixels: Uint32Array.of(0) } as Patch;
    // A loss that is linear in the camera's place.
    const loss = (motion: SharedMotion): number => {
      const { cam2world: m } = motion.of(camera);
      return [3, 7, 11].reduce((sum, i, k) => sum + by[k]! * m[i]!, 0);
    };
    const stepped = new SharedMotion();
    stepped.step(new Adam(), camera, rays, patch, 1e-3);
    for (let k = 0; k < 7; k++) {
      const [above, below] = [1e-3, -1e-3].map((e) => {
        const values = new Float32Array(7);
        values[k] = e;
        return loss(new SharedMotion(values));
      }) as [number, number];
      if (Math.abs(above - below) < 1e-9) continue;
      expect(Math.sign(stepped.values[k]!)).toBe(-Math.sign(above - below));
    }
    expect(loss(stepped)).toBeLessThan(loss(new SharedMotion()));
  });

  test('finds how a head lies that was photographed from other places than the labels say', async () => {
    const base = await learnedMapBase();
    const truth: HeadMotion = [0.05, 0, 0, 0, 0.01, 0, -0.02];
    const photos = await tinyPhotos(base, 3, 16);
    // What the photos show, seen from labels that lie beside it.
    const labelled = photos.map((photo) => ({
      ...targetOf(photo),
      camera: applyHeadMotion(photo.camera, truth.map((value) => -value) as unknown as HeadMotion),
    }));
    const settings = renderSettings(base.config.rendering, 3, { depthResolution: 24, depthResolutionImportance: 0 });
    const parts = { base, execution: await cpu(), adaptation: frozen, settings, wrt: ['ws'], rays: true };
    const head = await DifferentiableHead.create(parts);
    const generator = new Generator(base, await cpu());
    const { zDim, wDim, numWs } = generator.layout;
    const w = await generator.map(standardNormal(5, zDim), orbitCamera(base.config.camera, 0, 0));
    const ws = repeatW({ dims: [wDim], data: w }, numWs);
    const motion = new SharedMotion();
    const adam = new Adam({ beta2: 0.95 });
    const look = async (i: number) => {
      const patch = wholePatch(labelled[i]!, 16);
      const rays = patchRays(motion.of(labelled[i]!.camera), patch, settings);
      const loss = patchLoss(await head.render(ws, new Map(), rays), patch, { ...defaultWeights, solid: 0 });
      return { patch, rays, loss };
    };
    const total = async (): Promise<number> => {
      let sum = 0;
      for (let i = 0; i < 3; i++) sum += (await look(i)).loss.total;
      return sum;
    };
    const before = await total();
    for (let step = 0; step < 45; step++) {
      const { patch, rays, loss } = await look(step % 3);
      const { rays: byRays } = await head.backward(rays, loss.gradients);
      motion.step(adam, labelled[step % 3]!.camera, byRays, patch, 0.2 * (1 - step / 45));
    }
    expect(await total()).toBeLessThan(0.35 * before);
    expect(motion.motion[0]).toBeGreaterThan(0.02);
    await head.dispose();
  });
});
