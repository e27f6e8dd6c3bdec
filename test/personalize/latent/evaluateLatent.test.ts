import { expect, test } from '@jest/globals';
import { evaluateLatent, type EvaluateLatentOptions } from '../../../personalize/evaluation/latent/evaluateLatent.js';
import {
  latentMarkdown,
  latentTable,
  parseRecords,
  recordLine,
  type LatentRecord,
} from '../../../personalize/evaluation/latent/records.js';
import type { FaceJudge } from '../../../personalize/evaluation/judge.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import { anchorLook } from '../../../runtime/latent/personLooks.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu } from '../../network/runGraph.js';
import { photoOf, tinyPerson } from './tinyPerson.js';

/** Takes the mean colour for who it is. */
const judge: FaceJudge = {
  name: 'grey',
  threshold: 0.1,
  look: ({ data }) => {
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const shape = { mouthWidth: 1, mouthOpen: 0, eyeOpenLeft: 0, eyeOpenRight: 0, turn: 0 };
    return Promise.resolve({ descriptor: Float32Array.of(mean), happy: 0.5, ...shape });
  },
  distance: (a, b) => Math.abs(a.descriptor[0]! - b.descriptor[0]!),
  close: () => Promise.resolve(),
};

test('measures every application once, goes on where it stopped, and makes a table', async () => {
  const base = await learnedMapBase();
  const person = await tinyPerson(base, 3);
  const photos = await Promise.all(
    [0, 0.1, 1.2].map(async (yaw) => ({
      ...(await photoOf(base, person, anchorLook(person, 0, 8).ws, orbitCamera(base.config.camera, yaw, 0), 16)),
      name: `test/${yaw}.jpg`,
    })),
  );
  const smile = {
    name: 'smile',
    kind: 'expression',
    range: [0, 1],
    vector: person.tensors.get('neutral')!.data,
  } as const;
  const directions: Directions = {
    base: base.hash,
    byName: new Map([['smile', smile]]),
    groups: new Map(),
    neutral: new Map(),
  };
  const known: LatentRecord[] = [];
  const options: EvaluateLatentOptions = {
    person,
    directions,
    photos,
    infos: new Map(),
    judges: [judge],
    side: 16,
    pairs: 1,
    steps: 2,
    samples: 1,
    edits: 1,
    amount: 2,
    fitSteps: 2,
    seed: 0,
    known: [],
    onRecord: (record) => void known.push(record),
  };
  const studio = { base, execution: await cpu() };
  const controller = new AbortController();
  const stopAt = (count: number) => (record: LatentRecord) => {
    known.push(record);
    if (known.length === count) controller.abort(new Error('enough'));
  };
  const stopping = { ...options, signal: controller.signal, onRecord: stopAt(4) };
  await expect(evaluateLatent(studio, stopping)).rejects.toThrow('enough');
  expect(known).toHaveLength(4);
  const records = await evaluateLatent(studio, { ...options, known: parseRecords(known.map(recordLine).join('')) });
  expect(records.map(({ key }) => key)).toEqual(known.map(({ key }) => key));
  expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
  // A photo near the front, a random head, two looks and three samples by two networks, a fit and six edits.
  expect(records).toHaveLength(1 + 1 + 2 * (2 + 3) + 7);

  const rows = latentTable(records, { grey: judge.threshold });
  const between = rows.filter(({ group }) => group === 'interpolation');
  expect(between.map(({ network, count }) => [network, count])).toEqual([
    ['person', 2],
    ['frozen base', 2],
  ]);
  // A person without factors is the base itself.
  expect(between[0]!.means).toEqual(between[1]!.means);
  const text = latentMarkdown(rows, ['grey']);
  expect(text.split('\n')).toHaveLength(2 + rows.length);
  expect(text).toContain('| ceiling | neutral photos within 30° | photo | 1 |');
});

test('without a neutral photo from the front there is nothing to measure against', async () => {
  const base = await learnedMapBase();
  const person = await tinyPerson(base, 2);
  const options = { person, photos: [], infos: new Map(), judges: [] } as unknown as EvaluateLatentOptions;
  await expect(evaluateLatent({ base, execution: await cpu() }, options)).rejects.toThrow(
    /a neutral test photo from the front/,
  );
});
