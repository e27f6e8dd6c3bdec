import { describe, expect, test } from '@jest/globals';
import { meanAnchor } from '../../../personalize/evaluation/heldOut.js';
import { LatentSpace } from '../../../personalize/inversion/latentSpace.js';
import { movedOrigin, restingFace, withRestingFace } from '../../../personalize/inversion/restingFace.js';
import { methods } from '../../../personalize/training/method.js';
import { personOf, trainables } from '../../../personalize/training/trainables.js';
import type { PersonFile } from '../../../runtime/checkpoint/person/person.js';
import { Generator } from '../../../runtime/generator/generator.js';
import type { Direction, Directions } from '../../../runtime/latent/directions.js';
import { hashed, relative } from '../../gradient/scene.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { hashedPerson } from '../../network/persons.js';
import { cpu, repeatW } from '../../network/runGraph.js';

/** Coordinates of w that hold an expression each, 2 at its full amount. */
const coordinates = new Map([
  ['mouthSmileLeft', 3],
  ['mouthSmileRight', 5],
  ['jawOpen', 7],
  ['eyeBlinkLeft', 9],
]);

const smiling: Directions = {
  base: '',
  byName: new Map(
    [...coordinates].map(([name, index]): [string, Direction] => {
      const vector = Float32Array.from({ length: 32 }, (_, i) => (i === index ? 2 : 0));
      return [name, { name, kind: 'expression', range: [0, 1], vector }];
    }),
  ),
  groups: new Map([
    [
      'smile',
      new Map([
        ['mouthSmileLeft', 1],
        ['mouthSmileRight', 1],
      ]),
    ],
  ]),
  neutral: new Map([
    [3, 0.25],
    [5, 0],
    [7, 0],
    [9, 0],
  ]),
};

/** A person of large random factors with anchors of these smiles; where one smiles least, the jaw hangs and an eye is shut. */
async function scene(smiles: readonly number[], kind: 'learned' | 'authors') {
  const base = await learnedMapBase();
  const learned = trainables(base, methods.get('lora-1')!, '0').map((each) => ({
    ...each,
    values: each.values.map((value, i) => value + hashed(each.input, each.values.length, 0.3)[i]!),
  }));
  const person =
    kind === 'learned'
      ? personOf(base, methods.get('lora-1')!, learned)
      : hashedPerson(base, { convention: 'my3dgen', rank: 2, alpha: 3 });
  const data = hashed('anchors', 32 * smiles.length, 0.7);
  smiles.forEach((smile, i) => {
    data[32 * i + 3] = 0.25 + 2 * smile;
    data[32 * i + 5] = 2 * smile;
    data[32 * i + 7] = smile < 0 ? 0.8 : 0;
    data[32 * i + 9] = smile < 0 ? 1 : 0;
  });
  const tensors = new Map([...person.tensors, ['anchors', { dims: [smiles.length, 1, 32], data }] as const]);
  const execution = await cpu();
  const planesAt = async (whose: PersonFile, w: Float32Array): Promise<Float32Array> => {
    const generator = new Generator(base, execution, { person: whose });
    const output = await generator.planes(repeatW({ dims: [32], data: w }, generator.layout.numWs));
    return output.data!.slice();
  };
  return { base, execution, person: { ...person, tensors }, planesAt };
}

describe('the resting face', () => {
  test('of who smiles in most photos is that of the least smiling quarter, less what readings differ by', () => {
    const smiles = [0.1, 0, -0.6, -0.64, 0.2, 0, -0.7, 0.1, -0.1, 0.1, 0.05, 0];
    const where = (calm: readonly number[]): number[] => {
      const amounts = smiles.map(() => 9);
      [2, 3, 6].forEach((photo, i) => (amounts[photo] = calm[i]!));
      return amounts;
    };
    const found = restingFace(
      smiles,
      new Map([
        ['smile', smiles],
        ['jawOpen', where([0.4, 0.2, 0.3])],
        ['cheekSquintLeft', where([0.1, 0.1, 0.1])],
        ['cheekSquintRight', where([0.5, 0.5, 0.5])],
      ]),
    );
    const certain = 0.54 / 0.64;
    expect(found.get('smile')).toBeCloseTo(-0.54, 6);
    expect(found.get('jawOpen')).toBeCloseTo(0.3 * certain, 6);
    expect(found.get('cheekSquintLeft')).toBeCloseTo(0.3 * certain, 6);
    expect(found.get('cheekSquintRight')).toBeCloseTo(0.3 * certain, 6);
  });

  test('of who does not smile is the common one', () => {
    const others = new Map([['jawOpen', [1, 1, 1, 1, 1, 1, 1, 1]]]);
    expect(restingFace([0, 0.05, -0.08, 0.4, -0.1, 0, 0.6, -0.02], others).size).toBe(0);
    expect(restingFace([0.3], others).size).toBe(0);
  });

  test.each(['learned', 'authors'] as const)(
    'anchors of a %s person show what they did, the neutral one another',
    async (kind) => {
      const { base, execution, person, planesAt } = await scene([0, 0.1, -0.8, 0.05, 0.2, 0, -0.1, 0.1], kind);
      const rested = withRestingFace(base, person, smiling);
      const [before, after] = [person, rested].map(({ tensors }) => tensors.get('anchors')!.data);
      // The quarter's median is -0.45, of which 0.1 are noise.
      for (const i of [0, 2]) {
        expect(after![32 * i + 3]! - before![32 * i + 3]!).toBeCloseTo(0.7, 5);
        expect(after![32 * i + 5]! - before![32 * i + 5]!).toBeCloseTo(0.7, 5);
        // Seven ninths of the jaw's 0.4 are as certain.
        expect(after![32 * i + 7]! - before![32 * i + 7]!).toBeCloseTo(-0.8 * (7 / 9), 5);
        for (const still of [4, 9]) expect(after![32 * i + still]).toBe(before![32 * i + still]);
        const [own, again] = [
          await planesAt(person, before!.slice(32 * i, 32 * i + 32)),
          await planesAt(rested, after!.slice(32 * i, 32 * i + 32)),
        ];
        expect(relative(again, own)).toBeLessThan(1e-4);
      }
      const neutral = hashed('neutral', 32, 0.7);
      const unsmiling = neutral.slice();
      for (const i of [3, 5]) unsmiling[i]! -= 0.7;
      unsmiling[7]! += 0.8 * (7 / 9);
      expect(relative(await planesAt(rested, neutral), await planesAt(person, unsmiling))).toBeLessThan(1e-4);
      expect(relative(await planesAt(rested, neutral), await planesAt(person, neutral))).toBeGreaterThan(1e-3);
      // Where fits of further photos start is the same face too.
      const latent = await LatentSpace.measure(base, execution);
      const [start, again] = [person, rested].map((whose) => latent.toWs(meanAnchor(whose, latent)).data.slice(0, 32));
      expect(relative(await planesAt(rested, again!), await planesAt(person, start!))).toBeLessThan(1e-4);
      expect(relative(await planesAt(rested, start!), await planesAt(person, start!))).toBeGreaterThan(1e-3);
    },
  );

  test('stays where no smile has a place of its own, and where nobody smiles', async () => {
    const { base, person } = await scene([0, 0.1, -0.05, 0.3], 'learned');
    expect(withRestingFace(base, person, smiling)).toBe(person);
    const { base: other, person: smiler } = await scene([-0.9, 0, 0, 0], 'learned');
    expect(withRestingFace(other, smiler, { ...smiling, neutral: new Map() })).toBe(smiler);
    expect(withRestingFace(other, smiler, { ...smiling, byName: new Map(), groups: new Map() })).toBe(smiler);
  });

  test('an origin that is not moved leaves the planes as they are', async () => {
    const { base, person, planesAt } = await scene([0], 'learned');
    const w = hashed('w', 32, 0.7);
    const same = movedOrigin(base, person, new Float32Array(32));
    expect(relative(await planesAt(same, w), await planesAt(person, w))).toBeLessThan(1e-6);
  });
});
