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
import type { FaceNets } from '../../../personalize/photos/faces/faceNets.js';
import { methods } from '../../../personalize/training/method.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { hashed } from '../../gradient/scene.js';
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

/** Lips that part with the picture's brightness. */
function brightnessNets(findsFaces: boolean): FaceNets {
  const points = new Float32Array(6 * 2);
  const face = { score: 1, box: { cx: 8, cy: 8, width: 24, height: 24 }, points };
  return {
    detect: () => Promise.resolve(findsFaces ? [face] : []),
    landmarks: ({ levels }) => {
      const { data } = levels[0]!;
      const brightness = data.reduce((sum, value) => sum + value / data.length, 0);
      const all = new Float32Array(468 * 3);
      for (const [eye, x] of [
        [33, 40],
        [133, 80],
        [362, 110],
        [263, 150],
      ] as const)
        all.set([x, 80], 3 * eye);
      all.set([95, 140 + brightness], 3 * 14);
      const region = { cx: 96, cy: 96, side: 96, angle: 0 };
      return Promise.resolve({ points: all, score: 1, asymmetry: 0, region });
    },
    matte: () => Promise.reject(new Error('not asked for')),
    describe: null,
    dispose: () => Promise.resolve(),
  };
}

/** One expression of the tiny base. */
async function jawOpens(): Promise<Directions> {
  const base = await learnedMapBase();
  const vector = hashed('jaw', networkLayout(base).wDim, 1);
  const jaw = { name: 'jawOpen', kind: 'expression', range: [0, 1], vector } as const;
  return { base: base.hash, byName: new Map([['jawOpen', jaw]]), groups: new Map(), neutral: new Map() };
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

  test('with face nets and directions, each method says what it keeps of the base’s expressions', async () => {
    const directions = await jawOpens();
    const one = { directions, methods: [methods.get('base')!] };
    await inFolder(async (folder) => {
      const store = await folderStore(folder, 'key');
      const { expressions } = await evaluate({ ...one, nets: brightnessNets(true), store });
      expect(Object.keys(expressions)).toEqual(['base']);
      const [row] = expressions.base!.movements;
      expect(row).toMatchObject({ expression: 'jawOpen', movement: 'lips apart' });
      // Nothing was learned, so what moves is the base.
      expect(Math.abs(row!.base)).toBeGreaterThan(1e-4);
      expect(row!.person).toBeCloseTo(row!.base, 6);
      // What is done is read again, not measured again.
      const again = await evaluate({ ...one, nets: brightnessNets(false), store });
      expect(again.expressions).toEqual(expressions);
    });
    const faceless = await evaluate({ ...one, nets: brightnessNets(false) });
    expect([faceless.expressions, faceless.records.length]).toEqual([{}, 3]);
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
