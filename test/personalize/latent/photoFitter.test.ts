import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyHeadMotion } from '../../../personalize/photos/cameras/headMotion.js';
import { PhotoFitter, type FitPhotoOptions } from '../../../personalize/latent/photoFitter.js';
import type { LayeredAlpha } from '../../../personalize/latent/fitAlpha.js';
import { frontalCamera } from '../../../runtime/camera/lookAt.js';
import { anchorsOfPerson, mixAnchors } from '../../../runtime/latent/alpha/anchors.js';
import { isInside } from '../../../runtime/latent/alpha/dilatedSimplex.js';
import { latentDistance } from '../../../runtime/latent/path.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { photoOf, tinyPerson } from './tinyPerson.js';

const numWs = 8;
const truth = [0.7, 0.1, 0.2];

async function scene() {
  const base = await learnedMapBase();
  const person = await tinyPerson(base, 3);
  const ws = mixAnchors(anchorsOfPerson(person), truth, numWs);
  const photo = await photoOf(base, person, ws, frontalCamera(base.config.camera), 16);
  return { base, person, ws, photo, studio: { base, execution: await cpu() } };
}

let scenes: ReturnType<typeof scene> | null = null;
const opened = (): ReturnType<typeof scene> => (scenes ??= scene());

let fitter: PhotoFitter;
beforeAll(async () => {
  const { studio, person } = await opened();
  fitter = await PhotoFitter.open(studio, person);
});
afterAll(() => fitter.dispose());

async function fit(options: Partial<FitPhotoOptions>): Promise<LayeredAlpha> {
  return fitter.fit((await opened()).photo, { steps: 16, beta: 0.03, ...options });
}

describe('a photo in the space of its own person', () => {
  test.each([
    ['soft', false],
    ['soft', true],
    ['hard', false],
  ] as const)(
    '%s, layered %s: comes nearer to the latent it was taken of, and stays inside',
    async (projection, layered) => {
      const { person, ws } = await opened();
      const losses: number[] = [];
      const found = await fit({ projection, layered, onStep: (_, loss) => losses.push(loss) });
      expect(found.alphas).toHaveLength(numWs);
      for (const alpha of found.alphas) expect(isInside(alpha, 0.03, 1e-6)).toBe(true);
      const start = mixAnchors(anchorsOfPerson(person), [1 / 3, 1 / 3, 1 / 3], numWs);
      expect(latentDistance(found, { ws })).toBeLessThan(0.7 * latentDistance({ ws: start }, { ws }));
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      // One look for all layers, or one of each layer's own.
      expect(new Set(found.alphas.map((alpha) => alpha.join())).size > 1).toBe(layered);
    },
  );

  test('the same seed gives the same weights, and an abort its reason', async () => {
    expect((await fit({ steps: 2 })).alphas).toEqual((await fit({ steps: 2 })).alphas);
    const controller = new AbortController();
    const stop = (): void => controller.abort(new Error('enough'));
    await expect(fit({ signal: controller.signal, onStep: stop })).rejects.toThrow('enough');
  });
});

test('a person whose photos have colours of their own is found in a photo of other light', async () => {
  const { person, ws, photo, studio } = await opened();
  const dim = { ...photo.image, data: photo.image.data.map((value) => 0.6 * (value + 1) - 1) };
  const colors = { dims: [3, 3, 4], data: Float32Array.from({ length: 36 }, (_, i) => ((i % 12) % 5 === 0 ? 1 : 0)) };
  const distance = async (tensors: typeof person.tensors): Promise<number> => {
    const own = await PhotoFitter.open(studio, { ...person, tensors });
    const found = await own.fit({ ...photo, image: dim }, { steps: 16, beta: 0.03 });
    await own.dispose();
    return latentDistance(found, { ws });
  };
  const without = await distance(person.tensors);
  expect(await distance(new Map([...person.tensors, ['colors', colors] as const]))).toBeLessThan(0.9 * without);
});

test('a person learned from estimated cameras sees further photos in the frame that was learned', async () => {
  const { person, photo, studio } = await opened();
  const [turn, scale] = [0.5, 0.1];
  const motion = { dims: [7], data: Float32Array.of(turn, 0, 0, 0, 0, 0, scale) };
  // As the photo's landmarks have it, before that motion.
  const estimated = { ...photo, camera: applyHeadMotion(photo.camera, [-turn, 0, 0, 0, 0, 0, -scale]) };
  const error = async (tensors: typeof person.tensors): Promise<number> => {
    const losses: number[] = [];
    const own = await PhotoFitter.open(studio, { ...person, tensors });
    await own.fit(estimated, { steps: 24, beta: 0.03, onStep: (_, loss) => losses.push(loss) });
    await own.dispose();
    return losses.slice(-12).reduce((sum, loss) => sum + loss, 0);
  };
  const without = await error(person.tensors);
  expect(await error(new Map([...person.tensors, ['motion', motion] as const]))).toBeLessThan(0.7 * without);
});

test('a person of one anchor, or of the same one twice, spans nothing to fit in', async () => {
  const { base, studio } = await opened();
  const one = await tinyPerson(base, 1);
  await expect(PhotoFitter.open(studio, one)).rejects.toThrow(/fit: expected at least two different anchors, got one/);
  const { dims, data } = one.tensors.get('anchors')!;
  const twice = { dims: [2, dims[1]!, dims[2]!], data: Float32Array.from([...data, ...data]) };
  const double = { ...one, tensors: new Map([...one.tensors, ['anchors', twice] as const]) };
  await expect(PhotoFitter.open(studio, double)).rejects.toThrow(/got 2 that are all the same/);
});
