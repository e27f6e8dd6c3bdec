import { describe, expect, test } from '@jest/globals';
import { compareDirections } from '../../../personalize/latent/directions/agreement.js';
import { attributesNamed, judgesFor, scoresOf } from '../../../personalize/latent/directions/attributes.js';
import { withExpressions } from '../../../personalize/latent/directions/expressive.js';
import { findDirections } from '../../../personalize/latent/directions/findDirections.js';
import { labelLine, labelsHeader, parseLabelLines } from '../../../personalize/latent/directions/labels.js';
import { probeDirection, type Probe } from '../../../personalize/latent/directions/probe.js';
import { cosine } from '../../../personalize/vectors.js';
import type { FaceReading } from '../../../personalize/evaluation/judge.js';
import { parseDirections } from '../../../runtime/latent/directionsJson.js';
import { encodeDirections } from '../../../runtime/latent/directionsWrite.js';
import type { Directions } from '../../../runtime/latent/directions.js';
import { standardNormal } from '../../../runtime/latent/normal.js';

const wDim = 6;
const latentOf = (seed: number): Float32Array => standardNormal(seed, wDim);
const seeds = Array.from({ length: 400 }, (_, seed) => seed);
/** Smiles lie along the first coordinate; age along the second and, as in a crowd of smiling elders, a little along it. */
const smileOf = (w: ArrayLike<number>): number => 3 * w[0]!;
const ageOf = (w: ArrayLike<number>): number => 40 + 5 * w[1]! + 2 * w[0]!;
const samples = seeds.map((seed) => ({ seed, scores: { smile: smileOf(latentOf(seed)), age: ageOf(latentOf(seed)) } }));
const wanted = attributesNamed(['smile', 'age']);
const unit = (index: number): number[] => Array.from({ length: wDim }, (_, i) => (i === index ? 1 : 0));

describe('findDirections', () => {
  test('finds what the labels follow, one standard deviation long', () => {
    const [smile, age] = findDirections(samples, latentOf, wanted);
    expect(cosine(smile!.vector, unit(0))).toBeGreaterThan(0.95);
    expect(Math.hypot(...smile!.vector)).toBeCloseTo(1, 0);
    expect([smile!.accuracy, age!.accuracy].every((accuracy) => accuracy > 0.9)).toBe(true);
    expect([smile!.counts, smile!.keeps]).toEqual([[40, 40], []]);
    expect(cosine(age!.vector, unit(0))).toBeGreaterThan(0.2);
  });

  test('leaves alone what is to be kept, and nothing else', () => {
    const [smile, age] = findDirections(samples, latentOf, wanted, { keep: ['smile'] });
    expect(Math.abs(cosine(age!.vector, smile!.vector))).toBeLessThan(1e-6);
    expect([smile!.keeps, age!.keeps]).toEqual([[], ['smile']]);
    expect(() => findDirections(samples, latentOf, wanted, { keep: ['yaw'] })).toThrow(/yaw is to be left alone/);
  });

  test('samples without a label are passed over; an empty class and no label at all are errors', () => {
    const some = samples.map((sample, i) => (i % 4 === 0 ? { ...sample, scores: { smile: 0 } } : sample));
    expect(findDirections(some, latentOf, [wanted[1]!])[0]!.counts).toEqual([30, 30]);
    const grave = samples.map((sample) => ({ ...sample, scores: { smile: 0 } }));
    expect(() => findDirections(grave, latentOf, [wanted[0]!])).toThrow(/^smile: labels: all 400 scores are 0.*empty/);
    expect(() => findDirections(grave, latentOf, [wanted[1]!])).toThrow(/no sample has a label for age/);
    expect(() => attributesNamed(['beard'])).toThrow(/expected names among smile, .*got "beard"/);
  });
});

/** A world in which a picture shows w, and the scores are what the labels were. */
const world: Probe = {
  picture: (w) => Promise.resolve({ dims: [3, 1, 2], data: w.slice() }),
  scoresOf: ({ data }) => Promise.resolve({ smile: smileOf(data), age: ageOf(data) }),
};
const probed = seeds.slice(0, 3).map(latentOf);
const spreads = { smile: 3, age: 5 };

test('a probe measures what a direction changes, in standard deviations of the scores', async () => {
  const { change, difference } = await probeDirection(world, probed, unit(0), 2, spreads);
  expect(change.smile).toBeCloseTo(2, 5);
  expect(change.age).toBeCloseTo(4 / 5, 5);
  expect(difference).toHaveLength(3 * wDim);
  for (let i = 0; i < difference.length; i++) expect(difference[i]).toBeCloseTo(i % wDim === 0 ? 2 : 0, 5);
});

test('found directions are compared with the base’s own by sign and by what pictures show', async () => {
  const own = ownDirections([0.5, 0, 0.5, 0, 0, 0]);
  const found = findDirections(samples, latentOf, wanted);
  const effects = new Map([['smile', await probeDirection(world, probed, found[0]!.vector, 1, spreads)]]);
  const smile = (await compareDirections(world, probed, found, effects, own, spreads)).get('smile')!;
  expect([smile.own, smile.sameSign]).toEqual(['smile', true]);
  expect(smile.image).toBeCloseTo(Math.SQRT1_2, 1);
  expect(smile.change).toBeCloseTo(0.5, 4);
  const turned = ownDirections([-1, 0, 0, 0, 0, 0]);
  const other = (await compareDirections(world, probed, found, effects, turned, spreads)).get('smile')!;
  expect([other.sameSign, other.image < -0.9]).toEqual([false, true]);
});

function ownDirections(vector: readonly number[]): Directions {
  const direction = { name: 'smile', kind: 'expression', range: [0, 1], vector: Float32Array.from(vector) } as const;
  return { base: 'b', byName: new Map([['smile', direction]]), groups: new Map(), neutral: new Map() };
}

test('a directions file is read back as it was written, and carries its notes', () => {
  const set: Directions = {
    ...ownDirections([0.25, 0, 0, 0, 0, 0]),
    groups: new Map([['joy', new Map([['smile', 0.5]])]]),
    neutral: new Map([[3, 1.5]]),
  };
  const text = encodeDirections(set, new Map([['smile', { accuracy: 0.9 }]]), 'why');
  expect(parseDirections(JSON.parse(text), { hash: 'b', wDim })).toEqual(set);
  expect(text).toContain('"accuracy":0.9');
  expect(() => parseDirections(JSON.parse(text), { hash: 'c', wDim })).toThrow(/belong to the base b, not to c/);
});

describe('labels', () => {
  const key = { base: 'b', psi: 0.7, side: 64, expressions: false };
  const lines = [labelsHeader(key), ...samples.slice(0, 2).map(labelLine)];

  test('come back from their file, but for a last line that was cut off', () => {
    expect(parseLabelLines(lines.join(''), key)).toEqual(samples.slice(0, 2));
    expect(parseLabelLines(lines.join('').slice(0, -20), key)).toEqual(samples.slice(0, 1));
  });

  test.each([
    ['another base', { ...key, base: 'c' }, /expected labels of base c, got b/],
    ['another truncation', { ...key, psi: 1 }, /labels of psi 1, got 0\.7/],
    ['other samples', { ...key, expressions: true }, /labels of expressions true, got false/],
    ['other pictures', { ...key, side: 32 }, /labels of side 32, got 64/],
  ])('of %s are refused', (_, other, message) => {
    expect(() => parseLabelLines(lines.join(''), other)).toThrow(message);
  });

  test('damaged ones are refused by line', () => {
    expect(() => parseLabelLines('{"seed": 1}\n', key, 'x.jsonl')).toThrow(/^x\.jsonl: expected a first line/);
    expect(() => parseLabelLines(`${lines[0]}oops\n${lines[1]}`, key)).toThrow(/line 2: this is no JSON/);
    expect(() => parseLabelLines(`${lines[0]}{"seed":1,"scores":{"age":"old"}}\n`, key)).toThrow(/line 2: age/);
  });
});

test('scores come from the judge that can tell; probabilities as log odds', () => {
  const reading: FaceReading = {
    descriptor: new Float32Array(1),
    happy: 0.5,
    mouthWidth: 0.8,
    mouthOpen: 0.1,
    eyeOpenLeft: 0.2,
    eyeOpenRight: 0.4,
    turn: -0.1,
  };
  const faceres = { ...reading, happy: 1, age: 30, male: 0.9 };
  const scores = scoresOf(
    new Map([
      ['dlib', reading],
      ['faceres', faceres],
    ]),
  );
  expect(scores).toEqual({
    smile: 0,
    mouthOpen: 0.1,
    mouthWidth: 0.8,
    eyeOpen: expect.closeTo(0.3, 9),
    age: 30,
    gender: expect.closeTo(Math.log(9), 6),
    yaw: -0.1,
  });
  expect(scoresOf(new Map([['dlib', reading]]))).not.toHaveProperty('age');
  expect(scoresOf(new Map([['faceres', faceres]])).smile).toBeCloseTo(Math.log(1e6), 3);
});

test('only those judges look that are asked for something', () => {
  const [dlib, faceres] = [{ name: 'dlib' }, { name: 'faceres' }];
  expect(judgesFor([dlib, faceres], attributesNamed(['smile', 'yaw']))).toEqual([dlib]);
  expect(judgesFor([dlib, faceres], attributesNamed(['smile', 'age']))).toEqual([dlib, faceres]);
  expect(judgesFor([faceres], attributesNamed(['smile']))).toEqual([faceres]);
  expect(judgesFor([dlib], attributesNamed(['age']))).toEqual([]);
});

test('random expressions replace a latent’s own, the same for the same seed, and leave attributes alone', () => {
  const one = (name: string, kind: 'expression' | 'attribute', index: number) =>
    [name, { name, kind, range: [0, 1] as const, vector: Float32Array.from(unit(index)) }] as const;
  const set: Directions = {
    base: 'b',
    byName: new Map([one('left', 'expression', 0), one('right', 'expression', 1), one('age', 'attribute', 2)]),
    groups: new Map([
      [
        'both',
        new Map([
          ['left', 1],
          ['right', 1],
        ]),
      ],
    ]),
    neutral: new Map([
      [0, 0],
      [1, 0],
    ]),
  };
  const w = new Float32Array(wDim).fill(5);
  const faces = seeds.map((seed) => withExpressions(w, set, seed));
  expect(withExpressions(w, set, 7)).toEqual(faces[7]);
  for (const face of faces) {
    expect([...face.slice(2)]).toEqual([5, 5, 5, 5]);
    expect(face[0]).toBe(face[1]);
  }
  const shown = faces.filter((face) => face[0]! > 0);
  expect(shown.length / faces.length).toBeCloseTo(0.2, 1);
  expect(Math.max(...shown.map((face) => face[0]!))).toBeGreaterThan(0.8);
});
