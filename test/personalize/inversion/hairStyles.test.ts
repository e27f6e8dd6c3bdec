import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import {
  chooseStyles,
  compareStyles,
  decodeStyles,
  encodeStyles,
  hairStylesOf,
  withStyle,
  type HairStyle,
} from '../../../personalize/inversion/hairStyles.js';
import { LatentSpace } from '../../../personalize/inversion/latentSpace.js';
import { anchorTensors } from '../../../personalize/personTensors.js';
import { DifferentiableHead } from '../../../personalize/training/differentiableHead.js';
import { defaultWeights } from '../../../personalize/training/losses.js';
import { targetOf } from '../../../personalize/training/target.js';
import { trainingSettings } from '../../../personalize/training/trainingSettings.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import { parseDirections } from '../../../runtime/latent/directionsJson.js';
import { frozen } from '../../../runtime/network/parameters.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { tinyPhotos } from '../tinyPhotos.js';

const styles: HairStyle[] = [3, 5, 8].map((index, i) => ({ name: `style ${i}`, index, value: 4 }));

describe('hair styles of a base', () => {
  test('are its directions hair.* of one coordinate', async () => {
    const json = JSON.parse(await readFile('assets/base.directions.json', 'utf8')) as { base: string };
    const found = hairStylesOf(parseDirections(json, { hash: json.base, wDim: 381 }));
    expect(found.length).toBeGreaterThan(5);
    expect(new Set(found.map(({ index }) => index)).size).toBe(found.length);
    expect(found.find(({ name }) => name === 'long01')).toEqual({ name: 'long01', index: 378, value: 4 });
    expect(hairStylesOf(undefined)).toEqual([]);
  });

  test('exclude each other', () => {
    const w = Float32Array.from({ length: 10 }, (_, i) => i / 10);
    const styled = withStyle(w, styles, styles[1]!);
    expect([...styled].map((value, i) => (value === w[i] ? null : value))).toEqual(
      [...w.keys()].map((i) => ({ 3: 0, 5: 4, 8: 0 })[i] ?? null),
    );
  });
});

describe('chooseStyles', () => {
  test('the person’s is what most photos are near to, others keep their own', () => {
    // Up, down, as it was; the third photo has its hair up, the fourth shows a cap and is far from all.
    const costs = [
      [3, 3, 1, 9.2],
      [1, 1, 3, 9.4],
      [2, 2, 2, 9],
    ];
    const chosen = chooseStyles(costs);
    expect(chosen.person).toBe(1);
    expect(chosen.photos).toEqual([1, 1, 0, 1]);
    expect(decodeStyles(encodeStyles(chosen))).toEqual(chosen);
  });

  test('a head that has the right hair keeps it', () => {
    const chosen = chooseStyles([
      [2, 2],
      [3, 1.05],
      [1, 1],
    ]);
    expect(chosen).toEqual({ person: null, photos: [null, null] });
    expect(decodeStyles(encodeStyles(chosen))).toEqual(chosen);
  });
});

test('compareStyles finds the style that photos show', async () => {
  const base = await learnedMapBase();
  const execution = await cpu();
  const settings = trainingSettings(base);
  const latent = await LatentSpace.measure(base, execution);
  const head = await DifferentiableHead.create({ base, execution, adaptation: frozen, settings, wrt: ['ws'] });
  const fitting = { head, variables: new Map(), latent, settings, weights: defaultWeights, prior: 0, patch: 16 };
  const w = latent.toWs(new Float32Array(latent.layout.wDim).fill(0.3)).data.slice(0, latent.layout.wDim);
  for (const shown of [0, 2]) {
    const photos = await tinyPhotos(base, 2, 16, { w: withStyle(w, styles, styles[shown]!) });
    const costs = await compareStyles(fitting, photos.map(targetOf), latent.fromW(w), styles);
    expect([costs.length, costs[0]!.length]).toEqual([4, 2]);
    expect(chooseStyles(costs)).toEqual({ person: shown, photos: [shown, shown] });
    expect(costs[shown]![1]).toBeLessThan(0.2 * costs[3]![1]!);
  }
  await head.dispose();
});

test('the neutral latent is the mean of the anchors of the commonest hair', async () => {
  const latent = await LatentSpace.measure(await learnedMapBase(), await cpu());
  const { wDim } = latent.layout;
  const anchors = [0, 1, 2].map((i) => new Float32Array(wDim).fill(i));
  const cameras = anchors.map(() => orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4.26 }, 0, 0));
  const neutral = (isCommon?: (i: number) => boolean): Float32Array =>
    anchorTensors(latent, anchors, cameras, (w) => w, isCommon ? { isCommon } : {}).get('neutral')!.data;
  const w = (v: Float32Array): Float32Array => latent.toWs(v).data.slice(0, wDim);
  const close = (a: Float32Array, b: Float32Array): void =>
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 4));
  close(neutral(), w(anchors[1]!));
  close(
    neutral((i) => i > 0),
    w(new Float32Array(wDim).fill(1.5)),
  );
  close(
    neutral(() => false),
    w(anchors[1]!),
  );
});
