import { describe, expect, test } from '@jest/globals';
import {
  likenessMarkdown,
  reconstructionMarkdown,
  spillMarkdown,
} from '../../../personalize/evaluation/head/headMarkdown.js';
import { likenessYaws, measureLikeness } from '../../../personalize/evaluation/head/likeness.js';
import { measureReconstruction } from '../../../personalize/evaluation/head/reconstruction.js';
import { meanAlphaOutside, measureSpill } from '../../../personalize/evaluation/head/spill.js';
import { euclideanDistance, type FaceJudge } from '../../../personalize/evaluation/judge.js';
import { photoImage } from '../../../personalize/evaluation/judgedImage.js';
import { applyHeadMotion } from '../../../personalize/photos/cameras/headMotion.js';
import type { Photo } from '../../../personalize/photos/photo.js';
import { personWs } from '../../../personalize/portraits.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import type { Base, PersonFile } from '../../../runtime/checkpoint/index.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { photoOf, tinyPerson } from '../latent/tinyPerson.js';

const side = 16;

/** The picture itself is its descriptor, and its first red value how happy it is. */
const judge: FaceJudge = {
  name: 'pixels',
  threshold: 1,
  look: ({ data }) =>
    Promise.resolve({
      ...{ descriptor: data.slice(), happy: data[0]! },
      ...{ mouthWidth: 1, mouthOpen: 0, eyeOpenLeft: 0, eyeOpenRight: 0 },
    }),
  distance: (a, b) => euclideanDistance(a.descriptor, b.descriptor),
  close: () => Promise.resolve(),
};

interface Made {
  readonly base: Base;
  readonly person: PersonFile;
  readonly directions: Directions;
  readonly at: (yaw: number, smile: number) => Promise<Photo>;
}

let making: Promise<Made> | null = null;
const made = (): Promise<Made> => (making ??= make());

async function make(): Promise<Made> {
  const base = await learnedMapBase();
  const person = await tinyPerson(base, 2);
  const wDim = person.tensors.get('neutral')!.dims[0]!;
  const vector = Float32Array.from({ length: wDim }, (_, i) => 0.4 * Math.sin(3 * i + 1));
  const directions: Directions = {
    base: base.hash,
    byName: new Map([['smile', { name: 'smile', kind: 'expression', range: [0, 1], vector }]]),
    groups: new Map(),
    neutral: new Map(),
  };
  const at = (yaw: number, smile: number): Promise<Photo> => {
    const ws = personWs(person, null, 8);
    const data = ws.data.map((value, i) => value + smile * vector[i % wDim]!);
    return photoOf(base, person, { ...ws, data }, orbitCamera(base.config.camera, (yaw * Math.PI) / 180, 0), side);
  };
  return { base, person, directions, at };
}

describe('likeness', () => {
  test('every render is compared with every photo: its own view and smile is the nearest', async () => {
    const { base, person, directions, at } = await made();
    const studio = { base, execution: await cpu() };
    const photos = [await at(-20, 1), await at(40, 0), await at(0, 0)];
    const options = { person, directions, judges: [judge], side };
    const { rows, among } = await measureLikeness(studio, { ...options, photos });
    expect(rows.map(({ yaw, smile }) => [smile, yaw])).toEqual(
      [0, 1].flatMap((s) => likenessYaws.map((yaw) => [s, yaw])),
    );
    const seen = photos.map((photo) => photoImage(photo, side).image.data);
    const pairs = [euclideanDistance(seen[0]!, seen[1]!), euclideanDistance(seen[0]!, seen[2]!)];
    pairs.push(euclideanDistance(seen[1]!, seen[2]!));
    expect(among.pixels).toBeCloseTo(pairs.sort((a, b) => a - b)[1]!, 6);
    // Of two copies of one view, the median is the distance to that view.
    for (const [yaw, smile] of [
      [-20, 1],
      [40, 0],
    ] as const) {
      const copies = await measureLikeness(studio, {
        ...options,
        photos: [await at(yaw, smile), await at(yaw, smile)],
      });
      const nearest = copies.rows.reduce((a, b) => (b.toPhotos < a.toPhotos ? b : a));
      expect([nearest.yaw, nearest.smile]).toEqual([yaw, smile]);
      // The photo was clamped to 0..1 where the tiny base is not.
      expect(nearest.toPhotos).toBeLessThan(0.05 * Math.max(...copies.rows.map(({ toPhotos }) => toPhotos)));
      expect(copies.among.pixels).toBe(0);
    }
    const table = likenessMarkdown({ rows, among, photos: 3 });
    expect(table.split('\n').filter((line) => line.startsWith('| pixels'))).toHaveLength(2);
    expect(table).toContain(rows[3]!.toPhotos.toFixed(3));
  });

  test('one photo is too few', async () => {
    const { base, person, directions, at } = await made();
    const options = { person, directions, judges: [judge], side, photos: [await at(0, 0)] };
    await expect(measureLikeness({ base, execution: await cpu() }, options)).rejects.toThrow(
      /at least two photos.*got 1/,
    );
  });
});

describe('reconstruction', () => {
  test('photos are compared with renders of the latents that are fitted to them, in the frame that was learned', async () => {
    const { base, person, directions, at } = await made();
    const studio = { base, execution: await cpu() };
    const options = { person, directions, judges: [judge], side, steps: 12 };
    const photos = [await at(-20, 0), await at(50, 0)];
    const records = await measureReconstruction(studio, { ...options, photos });
    expect(records.map(({ yaw }) => Math.round(yaw))).toEqual([-20, 50]);
    const untouched = await measureReconstruction(studio, { ...options, photos, steps: 1 });
    records.forEach(({ psnr, structure, identity }, i) => {
      // Both begin at the very look that was photographed; what is left is the clamp of the photo and the walk of the fit.
      expect(untouched[i]!.psnr).toBeGreaterThan(15);
      expect(structure).toBeLessThan(0.5);
      expect(identity.pixels).toBeGreaterThan(0);
      expect(psnr).toBeGreaterThan(15);
    });
    // Photos whose cameras lie before the motion that learning found.
    const motion = { dims: [7], data: Float32Array.of(0, 0.3, 0, 0, 0, 0, 0.05) };
    const estimated = photos.map((photo) => ({
      ...photo,
      camera: applyHeadMotion(photo.camera, [0, -0.3, 0, 0, 0, 0, -0.05]),
    }));
    const moved = { ...person, tensors: new Map([...person.tensors, ['motion', motion] as const]) };
    const framed = await measureReconstruction(studio, { ...options, person: moved, photos: estimated });
    const without = await measureReconstruction(studio, { ...options, photos: estimated });
    framed.forEach(({ psnr }, i) => expect(psnr).toBeGreaterThan(without[i]!.psnr + 1));
    // A photo smaller than was asked for is compared at its own size.
    expect(await measureReconstruction(studio, { ...options, photos, side: 4 * side })).toEqual(records);
    const table = reconstructionMarkdown(records);
    expect(table).toContain(((records[0]!.psnr + records[1]!.psnr) / 2).toFixed(2));
    expect(table.split('\n').filter((line) => /^\| (all|10|40)/.test(line))).toHaveLength(3);
  });

  test('no photo is an error', async () => {
    const { base, person, directions } = await made();
    const options = { person, directions, judges: [judge], side, steps: 1, photos: [] };
    await expect(measureReconstruction({ base, execution: await cpu() }, options)).rejects.toThrow(/got none/);
  });
});

describe('spill', () => {
  test('only what the mask leaves out counts', () => {
    const alpha = Float32Array.of(1, 0.2, 0.6, 1.5);
    expect(meanAlphaOutside(alpha, Float32Array.of(1, 0.04, 0.5, 0))).toBeCloseTo((0.2 + 1) / 2, 6);
    expect(meanAlphaOutside(alpha, Float32Array.of(1, 1, 0.05, 1))).toBeNull();
  });

  test('a head seen where its photo shows nobody is told by photo, from the cameras of the file', async () => {
    const { base, person } = await made();
    const studio = { base, execution: await cpu() };
    const [first, second] = await Promise.all(
      [0, 1].map((i) =>
        photoOf(base, person, personWs(person, i, 8), orbitCamera(base.config.camera, 0.2 * i - 0.2, 0), 32),
      ),
    );
    const maskOf = (is: (column: number) => boolean) => ({
      dims: [1, 32, 32],
      data: Float32Array.from({ length: 32 * 32 }, (_, i) => (is(i % 32) ? 1 : 0)),
    });
    // The labels of the photos do not matter: the file knows where the anchors were seen from.
    const elsewhere = orbitCamera(base.config.camera, 1.2, 0);
    const photos = [
      { ...first!, name: 'a.jpg', camera: elsewhere, mask: maskOf((column) => column >= 16) },
      { ...second!, name: 'b.jpg', camera: elsewhere, mask: maskOf(() => false) },
    ];
    const records = await measureSpill(studio, person, photos, 32);
    expect(records.map(({ photo }) => photo)).toEqual(['a.jpg', 'b.jpg']);
    const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const left = first!.mask!.data.filter((_, i) => i % 32 < 16);
    expect(records[0]!.alpha).toBeCloseTo(mean(left), 5);
    expect(records[1]!.alpha).toBeCloseTo(mean(second!.mask!.data), 5);
    expect(records[0]!.alpha).not.toBeCloseTo(records[1]!.alpha, 3);
    const worst = records[0]!.alpha > records[1]!.alpha ? records[0]! : records[1]!;
    expect(spillMarkdown(records)).toContain(`worst ${worst.alpha.toFixed(4)} (${worst.photo})`);
    await expect(measureSpill(studio, person, photos.slice(1), 32)).rejects.toThrow(/each of its 2 anchors, got 1/);
    expect(await measureSpill(studio, person, [{ ...photos[0]!, mask: null }, photos[1]!], 32)).toHaveLength(1);
  });
});
