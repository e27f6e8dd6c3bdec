import { describe, expect, test } from '@jest/globals';
import { LatentSpace } from '../../../personalize/inversion/latentSpace.js';
import { drawBetween, lookBetween, type BetweenAnchorsParts } from '../../../personalize/training/betweenAnchors.js';
import { DifferentiableHead } from '../../../personalize/training/differentiableHead.js';
import { methods } from '../../../personalize/training/method.js';
import type { Appearances } from '../../../personalize/training/appearance/appearances.js';
import { PersonLearner } from '../../../personalize/training/personLearner.js';
import { Random } from '../../../personalize/training/random.js';
import { targetOf } from '../../../personalize/training/target.js';
import { adaptationOf } from '../../../personalize/training/trainables.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import { renderSettings } from '../../../runtime/render/settings.js';
import { hashed } from '../../gradient/scene.js';
import { frozen } from '../../../runtime/network/parameters.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { tinyPhotos } from '../tinyPhotos.js';

async function scene() {
  const base = await learnedMapBase();
  const execution = await cpu();
  const latent = await LatentSpace.measure(base, execution);
  const photos = await tinyPhotos(base, 4, 16);
  const anchors = photos.map(({ name }) => hashed(`anchor ${name}`, latent.layout.wDim, 0.7));
  const parts: BetweenAnchorsParts = { latent, targets: photos.map(targetOf), anchors, seed: '0' };
  const settings = renderSettings(base.config.rendering, 3, { depthResolution: 8, depthResolutionImportance: 8 });
  return { base, execution, latent, photos, anchors, parts, settings };
}

let making: ReturnType<typeof scene> | null = null;
const made = (): ReturnType<typeof scene> => (making ??= scene());

const directions: Directions = {
  base: '',
  byName: new Map(),
  groups: new Map(),
  neutral: new Map([
    [3, 0],
    [5, 0],
  ]),
};

describe('drawBetween', () => {
  test('is a mean of anchors of other photos, with this photo’s expression where that is known', async () => {
    const { latent, parts, anchors } = await made();
    for (let i = 0; i < 20; i++) {
      const { photo, ws } = drawBetween(parts, new Random(`draw ${i}`));
      const v = latent.fromW(ws.data.slice(0, latent.layout.wDim));
      const others = anchors.filter((_, n) => n !== photo);
      for (let k = 0; k < v.length; k++) {
        const values = others.map((anchor) => anchor[k]!);
        expect(v[k]!).toBeGreaterThan(Math.min(...values) - 1e-3);
        expect(v[k]!).toBeLessThan(Math.max(...values) + 1e-3);
      }
      const own = latent.toWs(anchors[photo]!).data;
      const expressive = drawBetween({ ...parts, directions }, new Random(`draw ${i}`));
      expect(expressive.photo).toBe(photo);
      expressive.ws.data.forEach((value, n) => {
        const kept = [3, 5].includes(n % latent.layout.wDim);
        expect(value).toBe(kept ? own[n] : ws.data[n]);
      });
    }
  });

  test('draws the sides as often as the front, however few their photos are', async () => {
    const { parts } = await made();
    const [left, , , right] = parts.targets;
    const targets = [left!, ...Array<typeof right>(8).fill(right), right!].map((target) => target!);
    const anchors = targets.map((_, i) => parts.anchors[i % 4]!);
    const drawn = Array.from({ length: 200 }, (_, i) =>
      drawBetween({ ...parts, targets, anchors }, new Random(`${i}`)),
    );
    const share = drawn.filter(({ photo }) => photo === 0).length / drawn.length;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
  });

  test('one photo alone is its own neighbour', async () => {
    const { parts, latent } = await made();
    const alone = { ...parts, targets: parts.targets.slice(0, 1), anchors: parts.anchors.slice(0, 1) };
    expect(drawBetween(alone, new Random('a')).ws).toEqual(latent.toWs(parts.anchors[0]!));
  });
});

test('photos are compared in their own colours', async () => {
  const { base, execution, photos, parts, settings } = await made();
  const head = await DifferentiableHead.create({ base, execution, adaptation: frozen, settings, wrt: ['ws'] });
  const cameras = photos.map(({ camera }) => camera);
  const look = { head, variables: new Map(), cameras, settings, resolution: 16, patch: 16 };
  const dim = parts.targets.map((target) => ({
    ...target,
    levels: target.levels.map((level) => ({ ...level, color: level.color.map((value) => 0.5 * value) })),
  }));
  const halved = { of: () => ({ colors: Float32Array.of(0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0) }) };
  const appearances = halved as unknown as Appearances;
  const of = async (changes: object): Promise<number> => (await lookBetween({ ...parts, ...changes }, 1, look)).loss;
  const bright = await of({});
  // Means and deviations are halved on both sides; alpha's stay.
  expect(await of({ targets: dim, appearances })).toBeLessThan(bright);
  expect(await of({ targets: dim, appearances })).toBeLessThan(await of({ targets: dim }));
  await head.dispose();
});

test('learning by it alone brings latents between the anchors nearer to the photos; the anchors stay', async () => {
  const { base, execution, latent, photos, parts, settings } = await made();
  const cameras = photos.map(({ camera }) => camera);
  const anchors = parts.anchors.map((anchor) => anchor.slice());
  const sizes = { steps: 48, resolution: 16, patch: 16, prior: 0, anchorRate: 0, cameraRate: 0 };
  const learner = await PersonLearner.create({
    ...{ base, execution, latent, settings, cameras, targets: parts.targets, anchors },
    method: methods.get('lora-1')!,
    plan: { ...sizes, weights: { color: 0, alpha: 0, structure: 0 }, identity: 1, seed: '0' },
  });
  const adaptation = adaptationOf(learner.trainables);
  const head = await DifferentiableHead.create({ base, execution, adaptation, settings, wrt: ['ws'] });
  /** Mean loss of draws that the training does not make. */
  const heldOut = async (): Promise<number> => {
    const look = { head, variables: learner.variables, cameras, settings, resolution: 16, patch: 16 };
    let sum = 0;
    for (let draw = 0; draw < 8; draw++) sum += (await lookBetween({ ...parts, seed: 'held out' }, draw, look)).loss;
    return sum / 8;
  };
  const before = await heldOut();
  for (let step = 0; step < sizes.steps; step++) await learner.next();
  expect(await heldOut()).toBeLessThan(0.5 * before);
  expect(anchors).toEqual(parts.anchors);
  await head.dispose();
  await learner.dispose();
});
