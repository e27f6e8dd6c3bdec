import { expect, test } from '@jest/globals';
import { personalize, type PersonalizeOptions, type PersonalizeProgress } from '../../../personalize/personalize.js';
import type { Photo } from '../../../personalize/photos/photo.js';
import { methods } from '../../../personalize/training/method.js';
import { fewestShared } from '../../../personalize/training/sharedLook.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { tinyPhotos } from '../tinyPhotos.js';

const effort = { person: 2, shared: 5, photo: 2, training: 3 };

let taking: Promise<Photo[]> | null = null;
const photos = (): Promise<Photo[]> =>
  (taking ??= (async () => tinyPhotos(await learnedMapBase(), fewestShared, 16))());

async function learn(changes: Partial<PersonalizeOptions> = {}) {
  const progress: PersonalizeProgress[] = [];
  const states: Uint8Array[] = [];
  const personalized = personalize({
    ...{ base: await learnedMapBase(), execution: await cpu(), photos: await photos(), effort, resolution: 16 },
    onProgress: (step) => progress.push(step),
    onState: (state) => void states.push(state),
    ...changes,
  });
  return { personalized, progress, states };
}

const stepsOf = (progress: readonly PersonalizeProgress[], stage: string): number[] =>
  progress.filter((each) => each.stage === stage).map(({ step }) => step);

let whole: ReturnType<typeof learn> | null = null;
const uninterrupted = () => (whole ??= learn());

test('what all photos show alike is learned after the person and before the photos are read', async () => {
  const { personalized, progress } = await uninterrupted();
  await personalized;
  expect(stepsOf(progress, 'person')).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(stepsOf(progress, 'anchors')).toHaveLength(2 * fewestShared);
  const [before, last] = [progress.findIndex(({ stage }) => stage === 'anchors'), progress.at(-1)!];
  expect(progress.slice(before).every(({ stage }) => stage !== 'person')).toBe(true);
  expect(last.fraction).toBe(1);
});

test('photos are then read closer to what they show', async () => {
  const longer = { person: 20, photo: 2, training: 1 };
  const loss = async (shared: number): Promise<number> => {
    const { personalized, progress } = await learn({ effort: { ...longer, shared } });
    await personalized;
    const read = progress.filter(({ stage }) => stage === 'anchors').map(({ loss: each }) => each);
    return read.reduce((sum, each) => sum + each, 0) / read.length;
  };
  expect(await loss(40)).toBeLessThan(0.9 * (await loss(0)));
});

test('of few photos nothing is shared, and the frozen base shares nothing', async () => {
  const few = await learn({ photos: (await photos()).slice(1) });
  await few.personalized;
  expect(stepsOf(few.progress, 'person')).toEqual([0, 1]);
  const frozen = await learn({ method: methods.get('base')! });
  await frozen.personalized;
  expect(stepsOf(frozen.progress, 'person')).toEqual([0, 1]);
});

test('stopped while photos are read and resumed, it gives the same person and learns nothing twice', async () => {
  const controller = new AbortController();
  const stopped = await learn({
    signal: controller.signal,
    onProgress: ({ stage, step }) => {
      if (stage === 'anchors' && step === 6) controller.abort(new Error('enough'));
    },
  });
  await expect(stopped.personalized).rejects.toThrow('enough');
  const resumed = await learn({ resume: stopped.states.at(-1)! });
  const { person } = await resumed.personalized;
  expect(stepsOf(resumed.progress, 'person')).toEqual([]);
  // The photo that was being read goes on at its second step.
  expect(stepsOf(resumed.progress, 'anchors')[0]).toBe(7);
  expect(person).toEqual((await (await uninterrupted()).personalized).person);
});

test('stopped while what is shared is learned, it goes on from there, to the same', async () => {
  const controller = new AbortController();
  const stopped = await learn({
    signal: controller.signal,
    onProgress: ({ stage, step }) => {
      if (stage === 'person' && step === 4) controller.abort(new Error('enough'));
    },
  });
  await expect(stopped.personalized).rejects.toThrow('enough');
  const resumed = await learn({ resume: stopped.states.at(-1)! });
  expect((await resumed.personalized).person).toEqual((await (await uninterrupted()).personalized).person);
  expect(stepsOf(resumed.progress, 'person')).toEqual([5, 6]);
});
