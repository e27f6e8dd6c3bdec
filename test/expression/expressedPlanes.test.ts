import { describe, expect, test } from '@jest/globals';
import { methods } from '../../personalize/training/method.js';
import { personOf, trainables } from '../../personalize/training/trainables.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
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
    byName: new Map([along('raise', 3, 'expression'), along('age', 4, 'attribute')]),
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

/**
 * What is left of what was learned at each texel of the middle of the front plane: half where the base shows something new
 * of three tenths of its usual size, hardly less for half of that.
 */
function fades(before: Float32Array, after: Float32Array, side: number, rows: number): Map<number, number> {
  const channels = before.length / (3 * side * side);
  const front = channels * side * side;
  const usual = before.subarray(0, front).reduce((sum, value) => sum + value * value, 0) / (side * side);
  const fresh = (y: number, x: number): number => {
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      sum += (after[(c * side + y) * side + x]! - before[(c * side + y - rows) * side + x]!) ** 2;
    }
    return sum;
  };
  const out = new Map<number, number>();
  for (let y = side / 4 + 1; y < (3 * side) / 4 - 1; y++) {
    for (let x = side / 4 + 1; x < (3 * side) / 4 - 1; x++) {
      let sum = 0;
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += fresh(y + dy, x + dx);
      out.set(y * side + x, 1 / (1 + (sum / 9 / (0.09 * usual)) ** 2));
    }
  }
  return out;
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
  test('adds the base’s own expression; what was learned moves along on the front plane alone and fades for what is new', async () => {
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
      const fade = fades(before, after, side, 2 * amount);
      // The base does show something new here, and not everywhere as much.
      const left = [...fade.values()].sort((a, b) => a - b);
      expect(left[0]!).toBeLessThan(0.9 * left.at(-1)!);
      const front = [...moved].flatMap(([i, value]) => {
        const share = fade.get(i % (side * side));
        return share === undefined ? [] : [[got[i]! - after[i]!, share * value] as const];
      });
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
