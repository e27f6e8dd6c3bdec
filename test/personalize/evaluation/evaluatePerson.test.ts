import { describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  evaluatePerson,
  type EvaluateOptions,
  type EvaluationProgress,
  type PersonEvaluation,
} from '../../../personalize/evaluation/evaluatePerson.js';
import { folderStore } from '../../../personalize/evaluation/folderStore.node.js';
import { euclideanDistance, type FaceJudge } from '../../../personalize/evaluation/judge.js';
import { lpipsNetwork } from '../../../personalize/perceptual/lpipsNetwork.js';
import type { PhotoInfo } from '../../../personalize/photos/photoInfo.js';
import { methods } from '../../../personalize/training/method.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { tinyNetwork } from '../perceptual/networks.js';
import { tinyPhotos } from '../tinyPhotos.js';

const plain: PhotoInfo = { split: 'test', expression: {}, yawDegrees: null, twinOf: null, light: null, grid: true };

/** Knows a picture by its colours. */
const judge: FaceJudge = {
  name: 'colours',
  threshold: 1,
  look: ({ data }) => {
    const third = data.length / 3;
    const descriptor = Float32Array.from([0, 1, 2], (c) =>
      data.subarray(c * third, (c + 1) * third).reduce((sum, value) => sum + value / third, 0),
    );
    const lengths = { mouthWidth: 1, mouthOpen: 0, eyeOpenLeft: 0, eyeOpenRight: 0, turn: 0 };
    return Promise.resolve({ descriptor, happy: 0.5, ...lengths });
  },
  distance: (a, b) => euclideanDistance(a.descriptor, b.descriptor),
  close: () => Promise.resolve(),
};

async function evaluate(changes: Partial<EvaluateOptions> = {}): Promise<PersonEvaluation> {
  const base = await learnedMapBase();
  const photos = await tinyPhotos(base, 3, 16);
  const options: EvaluateOptions = {
    train: photos.slice(0, 2),
    test: photos,
    infos: new Map(photos.map(({ name }) => [name, { ...plain, grid: name !== '2.jpg' }])),
    methods: ['base', 'lora-1'].map((name) => methods.get(name)!),
    judges: [judge],
    effort: { person: 3, photo: 2, training: 4 },
    resolution: 16,
    singles: 5,
    fitSteps: 2,
    seed: '0',
  };
  return evaluatePerson({ base, execution: await cpu() }, { ...options, ...changes });
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'head-evaluation-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Times differ from run to run. */
const timeless = ({ costs, ...rest }: PersonEvaluation): unknown => ({
  ...rest,
  costs: costs.map(({ seconds, ...cost }) => [seconds > 0, cost]),
});

let running: Promise<PersonEvaluation> | null = null;
const whole = (): Promise<PersonEvaluation> => (running ??= evaluate());

describe('evaluatePerson', () => {
  test('compares every method with every held-out photo', async () => {
    const { records, truth, costs, sheet } = await whole();
    expect(records.map(({ method, photo }) => `${method} ${photo}`)).toEqual(
      ['base', 'lora-1'].flatMap((method) => ['0.jpg', '1.jpg', '2.jpg'].map((photo) => `${method} ${photo}`)),
    );
    // The frontal photo has no distance to itself.
    expect(records.map(({ identity }) => identity.colours!.toFrontal === null)).toEqual(
      [0, 1, 2, 0, 1, 2].map((photo) => photo === 1),
    );
    expect(truth.map(({ photo }) => photo)).toEqual(['0.jpg', '2.jpg']);
    expect(costs.map(({ numbers }) => numbers > 0)).toEqual([false, true]);
    expect([sheet.picture.width, sheet.picture.height]).toEqual([3 * 16, 3 * 16]);
  });

  test('with an LPIPS network, every record has its distance and all else is the same', async () => {
    const lpips = { network: await lpipsNetwork(tinyNetwork('alex')), weight: 0 };
    const { records } = await evaluate({ lpips, methods: [methods.get('base')!] });
    expect(records.every((record) => record.lpips! > 0 && record.lpips! < 100)).toBe(true);
    const known = (await whole()).records.slice(0, records.length);
    expect(records).toEqual(known.map((record, i) => ({ ...record, lpips: records[i]!.lpips })));
  });

  test('stopped in a training and begun again, it finds the same, and does no work twice', () =>
    inFolder(async (folder) => {
      const controller = new AbortController();
      const stopped = evaluate({
        store: await folderStore(folder, 'key'),
        signal: controller.signal,
        onProgress: ({ method, what, done }) => {
          if (method === 'lora-1' && what.startsWith('training') && done > 0) controller.abort(new Error('enough'));
        },
      });
      await expect(stopped).rejects.toThrow('enough');
      // What learns comes first: its anchors are the ones that all share.
      expect((await readdir(folder)).sort()).toEqual(['evaluation.key', 'lora-1.training']);
      const seen: EvaluationProgress[] = [];
      const resumed = await evaluate({
        store: await folderStore(folder, 'key'),
        onProgress: (progress) => seen.push(progress),
      });
      expect(timeless(resumed)).toEqual(timeless(await whole()));
      expect([...new Set(seen.map(({ method }) => method))]).toEqual(['lora-1', 'base']);
      const last = seen.at(-1)!;
      expect(last.done).toBeCloseTo(last.total, 6);
      expect(seen[0]!.known).toBeGreaterThan(0);
      expect(seen[0]!.done).toBe(seen[0]!.known + 1);
      // All is done: nothing is left to report.
      const again = await evaluate({ store: await folderStore(folder, 'key'), onProgress: () => seen.push(last) });
      expect(timeless(again)).toEqual(timeless(resumed));
      expect(seen.at(-1)).toBe(last);
    }));

  test('a folder of other photos or settings is refused', () =>
    inFolder(async (folder) => {
      await folderStore(folder, 'key');
      await expect(folderStore(folder, 'another')).rejects.toMatchObject({ code: 'evaluation/other' });
    }));
});
