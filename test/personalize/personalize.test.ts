import { describe, expect, test } from '@jest/globals';
import { personalize, type PersonalizeOptions, type Personalized } from '../../personalize/personalize.js';
import type { Photo } from '../../personalize/photos/photo.js';
import { personWs } from '../../personalize/portraits.js';
import { methods } from '../../personalize/training/method.js';
import { cameraLabel } from '../../runtime/camera/camera.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { encodePerson, readPerson } from '../../runtime/checkpoint/index.js';
import { AssetError, NumericError } from '../../runtime/core/errors.js';
import type { Direction, Directions } from '../../runtime/latent/directions.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { learnedMapBase } from '../network/learnedMaps.js';
import { cpu } from '../network/runGraph.js';
import { tinyPhotos } from './tinyPhotos.js';

const effort = { person: 4, photo: 3, training: 6 };

let taking: Promise<Photo[]> | null = null;
const twoPhotos = (): Promise<Photo[]> => (taking ??= (async () => tinyPhotos(await learnedMapBase(), 2, 16))());

async function learn(changes: Partial<PersonalizeOptions> = {}): Promise<Personalized> {
  const base = await learnedMapBase();
  return personalize({ base, execution: await cpu(), photos: await twoPhotos(), effort, resolution: 16, ...changes });
}

/** Aborts at a step of a stage and keeps the last state. */
function stopping(stage: string, step: number) {
  const controller = new AbortController();
  const states: Uint8Array[] = [];
  const options: Partial<PersonalizeOptions> = {
    signal: controller.signal,
    onState: (state) => void states.push(state),
    onProgress: (progress) => {
      if (progress.stage === stage && progress.step === step) controller.abort(new Error('enough'));
    },
  };
  return { options, last: (): Uint8Array => states.at(-1)! };
}

let whole: Promise<Personalized> | null = null;
const uninterrupted = (): Promise<Personalized> => (whole ??= learn());

/** A run long enough to see what it learns. */
async function learnLonger() {
  const losses = new Map<string, number[]>();
  const { person } = await learn({
    effort: { person: 24, photo: 6, training: 36 },
    onProgress: ({ stage, loss }) => losses.set(stage, [...(losses.get(stage) ?? []), loss]),
  });
  return { person, losses };
}

let longer: ReturnType<typeof learnLonger> | null = null;
const learnedLonger = (): ReturnType<typeof learnLonger> => (longer ??= learnLonger());

describe('personalize', () => {
  test('the loss falls in every stage and ends well below where it began', async () => {
    const { losses } = await learnedLonger();
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [person, training] = [losses.get('person')!, losses.get('training')!];
    expect([person.length, losses.get('anchors')!.length, training.length]).toEqual([24, 12, 36]);
    expect(mean(person.slice(-4))).toBeLessThan(0.8 * mean(person.slice(0, 4)));
    expect(mean(training.slice(-6))).toBeLessThan(0.9 * mean(training.slice(0, 6)));
    expect(mean(training.slice(-6))).toBeLessThan(0.5 * mean(person.slice(0, 4)));
  });

  test('the same seed gives the same person bit by bit, another one another', async () => {
    const first = await uninterrupted();
    const second = await learn();
    expect(second.person).toEqual(first.person);
    expect(second.inverted).toEqual(first.inverted);
    expect((await learn({ seed: '1' })).person.tensors).not.toEqual(first.person.tensors);
  });

  test.each([0, 3])('stopped after training step %i and resumed, it gives the same person', async (step) => {
    const { options, last } = stopping('training', step);
    const stopped = await learn(options);
    expect(stopped.completed).toBe(false);
    expect(stopped.person.tensors).not.toEqual((await uninterrupted()).person.tensors);
    const resumed = await learn({ resume: last() });
    expect(resumed.completed).toBe(true);
    expect(resumed.person).toEqual((await uninterrupted()).person);
    expect(resumed.inverted).toEqual((await uninterrupted()).inverted);
  });

  test('stopped while photos are inverted, it throws the reason; its state goes on to the same person', async () => {
    const { options, last } = stopping('anchors', 4);
    await expect(learn(options)).rejects.toThrow('enough');
    expect((await learn({ resume: last() })).person).toEqual((await uninterrupted()).person);
  });

  test('stopped between inversion and training, it has learned nothing yet and goes on to the same person', async () => {
    const { options, last } = stopping('anchors', 5);
    expect((await learn(options)).completed).toBe(false);
    expect((await learn({ resume: last() })).person).toEqual((await uninterrupted()).person);
  });

  test.each([
    ['person', 0],
    ['person', 2],
    ['anchors', 0],
    ['anchors', 4],
  ])(
    'stopped inside the stage %s after step %i, it goes on with the next one, to the same person',
    async (stage, step) => {
      const { options, last } = stopping(stage, step);
      await expect(learn(options)).rejects.toThrow('enough');
      const steps: string[] = [];
      const resumed = await learn({ resume: last(), onProgress: (at) => void steps.push(`${at.stage} ${at.step}`) });
      expect(steps[0]).toBe(`${stage} ${step + 1}`);
      const { person, curve, inverted } = await uninterrupted();
      expect({ ...resumed, seconds: 0 }).toMatchObject({ person, curve, inverted });
    },
  );

  test('so it does with the motion that all cameras share', async () => {
    const { options, last } = stopping('person', 2);
    await expect(learn({ ...options, refineCameras: true })).rejects.toThrow('enough');
    const resumed = await learn({ refineCameras: true, resume: last() });
    const refined = await learn({ refineCameras: true });
    expect(resumed.person).toEqual(refined.person);
    expect(resumed.inverted).toEqual(refined.inverted);
  });

  test('the file holds the colours that each photo has beside the person, on average none', async () => {
    const { person } = await uninterrupted();
    const { dims, data } = person.tensors.get('colors')!;
    expect(dims).toEqual([2, 3, 4]);
    for (let k = 0; k < 12; k++) expect((data[k]! + data[12 + k]!) / 2).toBeCloseTo(k % 5 === 0 ? 1 : 0, 5);
    const without = await learn({ appearances: { colors: false } });
    expect(without.person.tensors.has('colors')).toBe(false);
    expect(without.reliabilities).toEqual([1, 1].map((weight) => ({ weight, covered: 0 })));
  });

  test('hair styles of the base are tried, kept in the state and gone on with', async () => {
    const base = await learnedMapBase();
    const style = (index: number): [string, Direction] => [
      `hair.${index}`,
      {
        ...{ name: `hair.${index}`, kind: 'attribute', range: [-1, 1] },
        vector: Float32Array.from({ length: 32 }, (_, i) => (i === index ? 4 : 0)),
      },
    ];
    const directions: Directions = {
      ...{ base: base.hash, groups: new Map(), neutral: new Map() },
      byName: new Map([style(3), style(7)]),
    };
    const photos = await tinyPhotos(base, 2, 16, { w: new Float32Array(32).fill(0.1).fill(4, 7, 8) });
    const person = async (changes: Partial<PersonalizeOptions> = {}) =>
      (await learn({ photos, directions, ...changes })).person;
    const expected = await person();
    const neutral = expected.tensors.get('neutral')!.data;
    expect(neutral[7]).toBeGreaterThan(3);
    expect(Math.abs(neutral[3]!)).toBeLessThan(1);
    const { options, last } = stopping('anchors', 4);
    await expect(learn({ photos, directions, ...options })).rejects.toThrow('enough');
    expect(await person({ resume: last() })).toEqual(expected);
  });

  test('refuses the state of other photos, of other settings, and what is no state', async () => {
    const { options, last } = stopping('anchors', 3);
    await expect(learn(options)).rejects.toThrow('enough');
    const photos = await twoPhotos();
    const turned = [photos[0]!, { ...photos[1]!, camera: photos[0]!.camera }];
    for (const changes of [{ photos: photos.slice(0, 1) }, { photos: turned }, { seed: 'x' }, { layered: true }]) {
      await expect(learn({ ...changes, resume: last() })).rejects.toThrow(
        /other photos, another base or other settings/,
      );
    }
    await expect(learn({ resume: encodePerson((await uninterrupted()).person) })).rejects.toThrow(/another file/);
    await expect(learn({ resume: last().slice(0, -7) })).rejects.toThrow(AssetError);
  });

  test('refuses to begin without photos', async () => {
    await expect(learn({ photos: [] })).rejects.toThrow(/at least one photo/);
  });

  test('numbers that are not finite end it with an error, not a person', async () => {
    const [first, ...others] = await twoPhotos();
    const image = { ...first!.image, data: first!.image.data.map((value, i) => (i === 300 ? NaN : value)) };
    await expect(learn({ photos: [{ ...first!, image }, ...others] })).rejects.toThrow(NumericError);
  });

  test('one photo is enough', async () => {
    const photos = (await twoPhotos()).slice(0, 1);
    const { person, completed, inverted } = await learn({ photos });
    expect([completed, inverted.length, person.tensors.get('anchors')!.dims]).toEqual([true, 1, [1, 1, 32]]);
  });

  test('photos of two different people end in one person, whose anchors show two', async () => {
    const [first] = await twoPhotos();
    const [other] = await tinyPhotos(await learnedMapBase(), 1, 16, { seed: 9 });
    const { person, completed, curve } = await learn({ photos: [first!, { ...other!, name: 'other.jpg' }] });
    expect(completed).toBe(true);
    expect(curve.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    const { dims, data } = person.tensors.get('anchors')!;
    expect(dims).toEqual([2, 1, 32]);
    expect(data.subarray(0, 32)).not.toEqual(data.subarray(32));
    expect((await readPerson(bytesSource(encodePerson(person)), await learnedMapBase())).tensors.size).toBe(
      person.tensors.size,
    );
  });

  test('cameras stay unless they are to be refined; then the file holds where they went, resumed or not', async () => {
    const photos = await twoPhotos();
    const labels = photos.flatMap(({ camera }) => [...cameraLabel(camera)]);
    expect([...(await uninterrupted()).person.tensors.get('cameras')!.data]).toEqual(labels);
    const refined = await learn({ refineCameras: true });
    const cameras = [...refined.person.tensors.get('cameras')!.data];
    const moved = cameras.map((value, i) => Math.abs(value - labels[i]!));
    expect(Math.max(...moved)).toBeGreaterThan(1e-4);
    expect(Math.max(...moved)).toBeLessThan(0.1);
    const { options, last } = stopping('training', 3);
    await learn({ ...options, refineCameras: true });
    const resumed = await learn({ refineCameras: true, resume: last() });
    expect(resumed.person).toEqual(refined.person);
    // Points of the curve are means over parts of a stage; a stop may end such a part early.
    const places = ({ curve }: Personalized): string[] => curve.map(({ stage, step }) => `${stage} ${step}`);
    expect(places(resumed)).toEqual(places(refined));
    await expect(learn({ resume: last() })).rejects.toThrow(/other settings/);
  });

  test('previews show the person so far; progress runs from 0 to 1', async () => {
    const fractions: number[] = [];
    const previews: [anchors: number, learned: number][] = [];
    await learn({
      previewEvery: 2,
      onPreview: ({ tensors }) => void previews.push([tensors.get('anchors')!.dims[0]!, tensors.size - 4]),
      onProgress: ({ fraction }) => fractions.push(fraction),
    });
    const { person } = await uninterrupted();
    // The person, each photo, and every second of six training steps; beside anchors, cameras, their colours and neutral latent.
    const learned = person.tensors.size - 4;
    expect(previews).toEqual([
      [1, 0],
      [1, 0],
      [2, 0],
      [2, learned],
      [2, learned],
      [2, learned],
    ]);
    expect(learned).toBeGreaterThan(50);
    expect(fractions).toHaveLength(4 + 2 * 3 + 6);
    expect(fractions.every((fraction, i) => fraction > (fractions[i - 1] ?? 0))).toBe(true);
    expect(fractions.at(-1)).toBeCloseTo(1, 12);
  });
});

describe('methods', () => {
  test.each([
    ['authors', [1, true]],
    ['full', [0, false]],
  ] as const)('%s: its rank, and whether its anchors stay where inversion put them', async (name, [rank, stay]) => {
    const anchors = (await uninterrupted()).inverted;
    const { person, inverted } = await learn({
      method: methods.get(name)!,
      effort: { ...effort, training: 3 },
      anchors,
    });
    expect([person.rank ?? 0, person.metadata.get('method')]).toEqual([rank, name]);
    expect(inverted).toEqual(anchors);
    // Without training the anchors are the inverted ones.
    const base = await learn({ method: methods.get('base')!, anchors });
    expect([base.completed, base.person.rank]).toEqual([true, undefined]);
    const [found, put] = [person, base.person].map(({ tensors }) => tensors.get('anchors')!.data);
    if (stay) expect(found).toEqual(put);
    else expect(found).not.toEqual(put);
  });

  test('layered anchors have a row for every layer', async () => {
    const { person } = await learn({ layered: true });
    expect(person.tensors.get('anchors')!.dims).toEqual([2, 8, 32]);
    expect(person.tensors.get('neutral')!.dims).toEqual([32]);
  });
});

test('the person goes through a .head and renders its photos better than the mean face does', async () => {
  const base = await learnedMapBase();
  const photos = await twoPhotos();
  const { person } = await learnedLonger();
  expect(person.tensors.get('cameras')!.dims).toEqual([2, 25]);
  const read = await readPerson(bytesSource(encodePerson(person)), base);
  expect([...read.tensors.keys()].sort()).toEqual([...person.tensors.keys()].sort());
  const generator = new Generator(base, await cpu(), { person: read });
  const headRenderer = await HeadRenderer.create(generator, { resolution: 16 });
  const errorOf = async (latent: ReturnType<typeof personWs>): Promise<number> => {
    await headRenderer.setFace(latent);
    const { alpha } = await headRenderer.render(photos[1]!.camera);
    return alpha.data.reduce((sum, value, i) => sum + (value - photos[1]!.mask!.data[i]!) ** 2, 0);
  };
  const mean = { dims: [8, 32], data: Float32Array.from({ length: 256 }, (_, i) => generator.wAvg[i % 32]!) };
  expect(await errorOf(personWs(read, 1, 8))).toBeLessThan(await errorOf(mean));
  await headRenderer.dispose();
  await generator.dispose();
});
