import { describe, expect, test } from '@jest/globals';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { encodePerson, readPerson, type Base, type PersonFile } from '../../runtime/checkpoint/index.js';
import { ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { gradientGraph } from '../../runtime/network/gradient/gradientGraph.js';
import type { Graph } from '../../runtime/network/graph.js';
import { factorName, mapLayer } from '../../runtime/network/lora.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { personAdaptation, personFeeds } from '../../runtime/network/person.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { interpret } from '../gradient/interpreter.js';
import { relative } from '../gradient/scene.js';
import { expectClose, maxAbs } from '../harness/compare.js';
import { hashTensor } from './hashWeights.js';
import { interpretableBase, learnedMapBase } from './learnedMaps.js';
import { cpu, goldenTensorOf, repeatW } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

const layer = 'backbone.synthesis.b16.conv0';
const [nameA, nameB] = [factorName(mapLayer(layer), 'A'), factorName(mapLayer(layer), 'B')];

/** Numbers that float16 keeps. */
const sixteenths = ({ dims, data }: Tensor): Tensor => ({
  dims,
  data: data.map((value) => Math.round(value * 16) / 16),
});

function mapPerson(base: Base, changes: Partial<PersonFile> = {}, rank = 2): PersonFile {
  const tensors = new Map([
    [nameA, sixteenths(hashTensor(nameA, [rank, 256], 0, 1))],
    [nameB, sixteenths(hashTensor(nameB, [32, rank], 0, 1))],
  ]);
  return { baseHash: base.hash, convention: 'standard', alpha: rank, rank, tensors, metadata: new Map(), ...changes };
}

async function planesOf(base: Base, person?: PersonFile): Promise<Float32Array> {
  const generator = new Generator(base, await cpu(), person ? { person } : {});
  const { data } = await generator.planes(repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8));
  await generator.dispose();
  return data!;
}

describe('factors of a learned map', () => {
  test('B = 0 leaves the planes bit-equal', async () => {
    const base = await learnedMapBase();
    const person = mapPerson(base);
    const off = new Map([...person.tensors, [nameB, { dims: [32, 2], data: new Float32Array(64) }] as const]);
    const frozen = await planesOf(base);
    expect(await planesOf(base, { ...person, tensors: off })).toEqual(frozen);
    expect(maxAbs(await planesOf(base, person), frozen)).toBeGreaterThan(0.1);
  });

  test('give what a base whose map holds B A gives', async () => {
    const base = await learnedMapBase();
    const person = mapPerson(base, { alpha: 3 });
    const [a, b] = [person.tensors.get(nameA)!.data, person.tensors.get(nameB)!.data];
    const map = base.tensors.get(mapLayer(layer))!;
    const data = map.data.map((value, i) => {
      const [o, at] = [Math.floor(i / 256), i % 256];
      return value + 1.5 * (b[2 * o]! * a[at]! + b[2 * o + 1]! * a[256 + at]!);
    });
    const merged = { ...base, tensors: new Map([...base.tensors, [mapLayer(layer), { ...map, data }] as const]) };
    expectClose(await planesOf(base, person), await planesOf(merged), { relRms: 1e-5 }, 'planes');
  });

  test('float64: their gradients are those of finite differences', async () => {
    const base = interpretableBase((await tinyBase()).config);
    const rank = 2;
    const adaptation: Adaptation = {
      lora: ({ name }) => ({ weight: 0, affine: 0, map: name.startsWith('backbone.synthesis.b8.conv') ? rank : 0 }),
      isInput: () => false,
    };
    const graph = synthesisGraph(base, { adaptation });
    const feeds: Record<string, Float64Array> = Object.fromEntries(
      graph.inputs.map(({ name, dims }) => [name, Float64Array.from(hashTensor(`fed.${name}`, dims, 0, 0.5).data)]),
    );
    const factors = graph.inputs.map(({ name }) => name).filter((name) => name.includes('noise_const.lora_'));
    expect(factors).toHaveLength(4);
    const { name: output, dims } = graph.outputs[0]!;
    const wanted = Float64Array.from(hashTensor('wanted', dims, 0, 1).data);
    const loss = (fed: Record<string, Float64Array>): number =>
      interpret(graph, fed)
        .get(output)!
        .data.reduce((sum, value, i) => sum + value * wanted[i]!, 0);
    const backward: Graph = gradientGraph(graph, { wrt: factors });
    const found = interpret(backward, { ...feeds, [`grad.${output}`]: wanted });
    const outputs = new Map(backward.outputs.map((value) => [value.name, found.get(value.name)!.data]));
    for (const name of factors) {
      const gradient = outputs.get(`grad.${name}`)!;
      const places = Array.from({ length: gradient.length }, (_, i) => i).filter((i) => i % 7 === 0);
      const expected = places.map((i) => {
        const at = (change: number): number => {
          const values = feeds[name]!.slice();
          values[i]! += change;
          return loss({ ...feeds, [name]: values });
        };
        return (at(1e-6) - at(-1e-6)) / 2e-6;
      });
      const actual = places.map((i) => gradient[i]!);
      expect(Math.hypot(...expected)).toBeGreaterThan(0.01);
      expect([name, relative(actual, expected) < 1e-6]).toEqual([name, true]);
    }
  });

  test('asked for on a map [H, W], the graph says so', async () => {
    const base = await tinyBase();
    expect(() => synthesisGraph(base, { adaptation: personAdaptation(mapPerson(base)) })).toThrow(ShapeError);
    expect(() => synthesisGraph(base, { adaptation: personAdaptation(mapPerson(base)) })).toThrow(
      /b16\.conv0\.noise_const.*\[O, H, W\].*without map factors/,
    );
  });

  test.each([
    ['B of other rows', nameB, [31, 2]],
    ['A and B of other ranks', nameA, [3, 256]],
  ])('refuses %s', async (_, name, dims) => {
    const base = await learnedMapBase();
    const { tensors, ...person } = mapPerson(base);
    const changed = new Map([...tensors, [name, hashTensor('other', dims, 0, 1)] as const]);
    expect(() => personFeeds({ ...person, tensors: changed }, networkLayout(base))).toThrow(/noise_const/);
  });

  test('A of another map size is refused when it is fed', async () => {
    const base = await learnedMapBase();
    const { tensors, ...person } = mapPerson(base);
    const changed = new Map([...tensors, [nameA, hashTensor('other', [2, 64], 0, 1)] as const]);
    await expect(planesOf(base, { ...person, tensors: changed })).rejects.toThrow(ShapeError);
  });
});

describe('a .head with map factors', () => {
  test('round-trips', async () => {
    const base = await learnedMapBase();
    const person = mapPerson(base);
    const read = await readPerson(bytesSource(encodePerson(person)), base);
    expect(read).toEqual(person);
    expect(await planesOf(base, read)).toEqual(await planesOf(base, person));
  });

  test('is refused on a base without such maps, and on one of other sizes', async () => {
    const base = await learnedMapBase();
    const bytes = encodePerson(mapPerson(base));
    const flat = { ...(await tinyBase()), hash: base.hash };
    await expect(readPerson(bytesSource(bytes), flat)).rejects.toThrow(/learned map \[O, H, W\]/);
    const smaller = new Map([...base.tensors, [mapLayer(layer), hashTensor('small', [32, 8, 8], 0, 1)] as const]);
    await expect(readPerson(bytesSource(bytes), { ...base, tensors: smaller })).rejects.toThrow(/lora_A: expected 64/);
  });

  test('is refused where its rank is not what it says', async () => {
    const base = await learnedMapBase();
    const bytes = encodePerson(mapPerson(base, { rank: 1 }));
    await expect(readPerson(bytesSource(bytes), base)).rejects.toThrow(/rank 1/);
  });
});
