import { describe, expect, test } from '@jest/globals';
import { methods } from '../../personalize/training/method.js';
import { personOf, trainables } from '../../personalize/training/trainables.js';
import type { Base } from '../../runtime/checkpoint/base.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { expressedFace } from '../../runtime/expression/expressedFace.js';
import { ExpressedPlanes } from '../../runtime/expression/expressedPlanes.js';
import { PlaneMotion } from '../../runtime/expression/planeMotion.js';
import { Generator } from '../../runtime/generator/generator.js';
import type { Direction, Directions } from '../../runtime/latent/directions.js';
import { hashed, relative } from '../gradient/scene.js';
import { learnedMapBase } from '../network/learnedMaps.js';
import { cpu } from '../network/runGraph.js';
import { sheets } from './sheets.js';

function directionsOf({ hash }: Base, wDim: number): Directions {
  const along = (name: string, index: number, kind: Direction['kind']): [string, Direction] => [
    name,
    { name, kind, range: [-2, 2], vector: Float32Array.from({ length: wDim }, (_, i) => (i === index ? 1.5 : 0)) },
  ];
  return {
    base: hash,
    directions: new Map([along('raise', 3, 'expression'), along('age', 4, 'attribute')]),
    groups: new Map(),
    neutral: new Map([[3, 0]]),
  };
}

/** A person of large random factors, and everything that shows them. */
async function scene() {
  const base = await learnedMapBase();
  const method = methods.get('lora-1')!;
  const learned = trainables(base, method, '0').map((each) => ({
    ...each,
    values: each.values.map((value, i) => value + hashed(each.input, each.values.length, 0.3)[i]!),
  }));
  const person = personOf(base, method, learned);
  const execution = await cpu();
  const [bare, own] = [new Generator(base, execution), new Generator(base, execution, { person })];
  const { numWs, wDim } = bare.layout;
  const look: Tensor = { dims: [numWs, wDim], data: hashed('look', numWs * wDim, 0.7) };
  const directions = directionsOf(base, wDim);
  const motion = new PlaneMotion(base, sheets(base));
  const planesOf = async (generator: Generator, ws: Tensor): Promise<Float32Array> =>
    (await generator.planes(ws)).data!.slice();
  return { base, bare, own, look, directions, motion, planesOf };
}

/** What lies on the front plane, texels further up or down by `rows`; the middle half of it, which moves as a whole. */
function shifted(values: Float32Array, side: number, rows: number): Map<number, number> {
  const out = new Map<number, number>();
  const channels = values.length / (3 * side * side);
  for (let c = 0; c < channels; c++) {
    for (let y = side / 4; y < (3 * side) / 4; y++) {
      for (let x = side / 4; x < (3 * side) / 4; x++) {
        out.set((c * side + y) * side + x, values[(c * side + y - rows) * side + x]!);
      }
    }
  }
  return out;
}

describe('ExpressedPlanes', () => {
  test('adds the base’s own expression, and what was learned moves along on the front plane alone', async () => {
    const { bare, own, look, directions, motion, planesOf } = await scene();
    const expressed = new ExpressedPlanes(own, motion);
    const before = await planesOf(bare, look);
    const learned = (await planesOf(own, look)).map((value, i) => value - before[i]!);
    const side = own.layout.planeResolution;
    for (const amount of [1, -0.5]) {
      const face = expressedFace(look, directions, { raise: amount });
      const got = (await expressed.planes(face.ws, face)).data!;
      const after = await planesOf(bare, face.ws);
      // The mesh goes two texels up the plane at amount 1.
      const moved = shifted(learned, side, 2 * amount);
      const front = [...moved].map(([i, value]) => [got[i]! - after[i]!, value] as const);
      expect(
        relative(
          Float32Array.from(front, ([a]) => a),
          Float32Array.from(front, ([, b]) => b),
        ),
      ).toBeLessThan(1e-3);
      const rest = learned.length / 3;
      expect(
        relative(
          got.subarray(rest).map((value, i) => value - after[rest + i]!),
          learned.subarray(rest),
        ),
      ).toBeLessThan(1e-4);
    }
  });

  test('an attribute is part of the look, and a new look is learned of anew', async () => {
    const { bare, own, look, directions, motion, planesOf } = await scene();
    const expressed = new ExpressedPlanes(own, motion);
    for (const age of [0, 1]) {
      const face = expressedFace(look, directions, { age, raise: 1 });
      const older = expressedFace(look, directions, { age }).ws;
      expect(face.look.data).toEqual(older.data);
      const rest = (await planesOf(own, older)).length / 3;
      const got = (await expressed.planes(face.ws, face)).data!.slice(rest);
      const [a, b, c] = [await planesOf(bare, face.ws), await planesOf(own, older), await planesOf(bare, older)];
      const wanted = a.map((value, i) => value + b[i]! - c[i]!).slice(rest);
      expect(relative(got, wanted)).toBeLessThan(1e-4);
    }
  });

  test('is the person’s own look without an expression, and for who has no proxy or no factors', async () => {
    const { bare, own, look, directions, motion, planesOf } = await scene();
    const [face, smiling] = [{}, { raise: 1 }].map((amounts) => expressedFace(look, directions, amounts));
    const plain = new ExpressedPlanes(own, motion);
    expect((await plain.planes(face!.ws, face)).data).toEqual(await planesOf(own, look));
    expect((await plain.planes(smiling!.ws)).data).toEqual(await planesOf(own, smiling!.ws));
    expect((await new ExpressedPlanes(own, null).planes(smiling!.ws, smiling)).data).toEqual(
      await planesOf(own, smiling!.ws),
    );
    expect((await new ExpressedPlanes(bare, motion).planes(smiling!.ws, smiling)).data).toEqual(
      await planesOf(bare, smiling!.ws),
    );
  });
});
