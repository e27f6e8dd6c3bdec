import { describe, expect, test } from '@jest/globals';
import { motionGradient, moveCamera, RefinedCamera, type Motion } from '../../../personalize/inversion/refineCamera.js';
import { requireRigid } from '../../../personalize/photos/rigidCamera.js';
import { Adam } from '../../../personalize/training/adam.js';
import { DifferentiableHead } from '../../../personalize/training/differentiableHead.js';
import { defaultWeights, patchLoss } from '../../../personalize/training/losses.js';
import { patchRays, targetOf, wholePatch } from '../../../personalize/training/target.js';
import type { Camera } from '../../../runtime/camera/camera.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { Generator } from '../../../runtime/generator/generator.js';
import { frozen } from '../../../runtime/network/parameters.js';
import { cameraBackward } from '../../../runtime/render/backward/cameraBackward.js';
import { renderSettings } from '../../../runtime/render/settings.js';
import { hashed, relative } from '../../gradient/scene.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu, repeatW } from '../../network/runGraph.js';
import { tinyPhotos } from '../tinyPhotos.js';

const unit = (k: number, step: number): Motion =>
  Array.from({ length: 6 }, (_, i) => (i === k ? step : 0)) as unknown as Motion;

/** Largest difference of two cameras' matrices. */
const apart = (a: Camera, b: Camera): number =>
  Math.max(...a.cam2world.map((value, i) => Math.abs(value - b.cam2world[i]!)));

describe('moveCamera', () => {
  const camera = orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4.26 }, 0.4, -0.2);

  test('stays rigid, turns about the head, and nothing moves it nowhere', () => {
    expect(apart(moveCamera(camera, [0, 0, 0, 0, 0, 0]), camera)).toBe(0);
    const moved = moveCamera(camera, [0.1, -0.2, 0.05, 0.01, 0.02, -0.03]);
    expect(() => requireRigid(moved, 'moved')).not.toThrow();
    const turned = moveCamera(camera, [0, 0.3, 0, 0, 0, 0]);
    const place = ({ cam2world: m }: Camera): number[] => [m[3]!, m[7]!, m[11]!];
    expect(Math.hypot(...place(turned))).toBeCloseTo(2.7, 6);
    // A turn about y by as much as the camera's yaw differs.
    expect(apart(turned, orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4.26 }, 0.7, -0.2))).toBeLessThan(1e-6);
  });

  test('motionGradient is that of finite differences', () => {
    const by = Float64Array.from(hashed('camera', 12));
    const value = ({ cam2world: m }: Camera): number => by.reduce((sum, g, i) => sum + g * m[i]!, 0);
    const gradient = motionGradient(camera, by);
    for (let k = 0; k < 6; k++) {
      const slope = (value(moveCamera(camera, unit(k, 1e-4))) - value(moveCamera(camera, unit(k, -1e-4)))) / 2e-4;
      expect(gradient[k]).toBeCloseTo(slope, 5);
    }
  });
});

describe('a photo’s camera', () => {
  async function scene() {
    const base = await learnedMapBase();
    const [photo] = await tinyPhotos(base, 1, 16);
    // Importance depths count as constants in the gradient but move in a difference, so there are none.
    const settings = renderSettings(base.config.rendering, 3, { depthResolution: 24, depthResolutionImportance: 0 });
    const execution = await cpu();
    const parts = { base, execution, adaptation: frozen, settings, wrt: ['ws'] };
    const head = await DifferentiableHead.create({ ...parts, rays: true });
    const generator = new Generator(base, execution);
    // As tinyPhotos draws it.
    const w = await generator.map(standardNormal(5, head.layout.zDim), orbitCamera(base.config.camera, 0, 0));
    await generator.dispose();
    const ws = repeatW({ dims: [head.layout.wDim], data: w }, head.layout.numWs);
    const patch = wholePatch(targetOf(photo!), 16);
    const look = async (camera: Camera) => {
      const rays = patchRays(camera, patch, settings);
      const loss = patchLoss(await head.render(ws, new Map(), rays), patch, { ...defaultWeights, solid: 0 });
      return { rays, loss };
    };
    return { head, patch, look, camera: photo!.camera };
  }

  test('has the gradient of finite differences through renderer and loss, and finds back', async () => {
    const { head, patch, look, camera } = await scene();
    const off = moveCamera(camera, [0.03, -0.04, 0.02, 0.01, -0.01, 0.015]);
    const { rays, loss } = await look(off);
    const { rays: byRays } = await head.backward(rays, loss.gradients);
    const gradient = motionGradient(
      off,
      cameraBackward(off, patch.resolution, byRays.origins, byRays.directions, patch.pixels),
    );
    const slopes: number[] = [];
    for (let k = 0; k < 6; k++) {
      const [above, below] = [await look(moveCamera(off, unit(k, 2e-3))), await look(moveCamera(off, unit(k, -2e-3)))];
      slopes.push((above.loss.total - below.loss.total) / 4e-3);
    }
    expect(relative(Array.from(gradient), slopes)).toBeLessThan(0.03);

    const refined = new RefinedCamera(off);
    const adam = new Adam({ beta2: 0.95 });
    for (let step = 0; step < 30; step++) {
      const seen = await look(refined.camera);
      const back = await head.backward(seen.rays, seen.loss.gradients);
      refined.step(adam, 'camera', back.rays, patch, 0.006 * (1 - step / 30));
    }
    expect((await look(refined.camera)).loss.total).toBeLessThan(0.3 * loss.total);
    expect(() => requireRigid(refined.camera, 'refined')).not.toThrow();
    await head.dispose();
  });
});
