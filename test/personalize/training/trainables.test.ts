import { describe, expect, test } from '@jest/globals';
import { conventionOf, methodNamed, methods, type Method } from '../../../personalize/training/method.js';
import { countNumbers, personOf, storedTensors, trainables } from '../../../personalize/training/trainables.js';
import { bytesSource } from '../../../runtime/checkpoint/byteSource.js';
import { encodePerson, readPerson, type Base, type PersonFile } from '../../../runtime/checkpoint/index.js';
import { Generator } from '../../../runtime/generator/generator.js';
import { networkLayout } from '../../../runtime/network/layout.js';
import { personFeeds } from '../../../runtime/network/person.js';
import { hashed, relative } from '../../gradient/scene.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu, goldenTensorOf, repeatW } from '../../network/runGraph.js';
import { tinyBase } from '../../network/tinyBase.js';

const named = (name: string): Method => methods.get(name)!;
const authors2: Method = { ...named('authors'), name: 'authors-2', rank: 2 };

async function planesOf(base: Base, person?: PersonFile): Promise<Float32Array> {
  const generator = new Generator(base, await cpu(), person ? { person } : {});
  const { data } = await generator.planes(repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8));
  await generator.dispose();
  return data!;
}

describe('methodNamed', () => {
  test('knows the methods, and each that learns with another rate', () => {
    expect(methodNamed(' lora-2')).toBe(methods.get('lora-2'));
    expect(methodNamed('full@0.0003')).toEqual({ ...methods.get('full'), name: 'full@0.0003', rate: 0.0003 });
  });

  test.each(['magic', 'full@', 'full@-1', 'full@x', 'full@1@2', 'base@0.1'])('%s is none', (text) => {
    expect(methodNamed(text)).toBeUndefined();
  });
});

describe('start values', () => {
  test('authors: A within 1 / sqrt(columns) and filling it, B zero', async () => {
    for (const { input, dims, values, rate } of trainables(await tinyBase(), authors2, '0')) {
      if (input.endsWith('_B')) expect([input, values.every((value) => value === 0)]).toEqual([input, true]);
      if (!input.endsWith('_A')) continue;
      const bound = 1 / Math.sqrt(dims[1]!);
      const most = values.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
      expect([input, most <= bound && most > 0.8 * bound, rate]).toEqual([input, true, 1]);
    }
  });

  test('balanced: B of layers and A of maps zero, the others of spread 1', async () => {
    const all = trainables(await learnedMapBase(), named('lora-2'), '0');
    expect(all.filter(({ input }) => input.includes('noise_const'))).toHaveLength(12);
    for (const { input, values } of all.filter(({ input }) => input.includes('.lora_'))) {
      const isZero = input.includes('noise_const') === input.endsWith('_A');
      const spread = Math.hypot(...values) / Math.sqrt(values.length);
      if (isZero) expect([input, spread]).toEqual([input, 0]);
      else expect([input, spread > 0.6 && spread < 1.4]).toEqual([input, true]);
    }
  });

  test('the same seed gives the same, another one other factors', async () => {
    const base = await tinyBase();
    expect(trainables(base, named('lora-1'), 'a')).toEqual(trainables(base, named('lora-1'), 'a'));
    expect(trainables(base, named('lora-1'), 'a')).not.toEqual(trainables(base, named('lora-1'), 'b'));
  });

  test.each(['lora-1', 'lora-4', 'authors', 'full'])(
    '%s: the person renders the base before the first step',
    async (name) => {
      const base = await learnedMapBase();
      const person = personOf(base, named(name), trainables(base, named(name), '0'));
      // Replacements are fed, so that ONNX Runtime fuses other nodes: rounding may differ, nothing else.
      expect(relative(await planesOf(base, person), await planesOf(base))).toBeLessThan(1e-6);
    },
  );

  test('values are copies: training leaves the base as it is', async () => {
    const base = await tinyBase();
    const all = trainables(base, named('full'), '0');
    const before = base.tensors.get('backbone.synthesis.b4.const')!.data.slice();
    for (const { values } of all) values.fill(7);
    expect(base.tensors.get('backbone.synthesis.b4.const')!.data).toEqual(before);
  });
});

describe('what a method learns', () => {
  test('nothing of the super-resolution, mapping or decoder', async () => {
    const base = await tinyBase();
    for (const method of methods.values()) {
      const foreign = trainables(base, method, '0').filter(({ input }) => !input.startsWith('backbone.synthesis.'));
      expect([method.name, foreign]).toEqual([method.name, []]);
    }
  });

  test('full and pti move every number of the synthesis network once', async () => {
    const base = await learnedMapBase();
    const names = [...base.tensors.keys()].filter(
      (name) => name.startsWith('backbone.synthesis.') && !name.endsWith('resample_filter'),
    );
    for (const name of ['full', 'pti']) {
      expect(
        trainables(base, named(name), '0')
          .map(({ input }) => input)
          .sort(),
      ).toEqual([...names].sort());
    }
  });

  test('a rank more adds as many numbers as the rank before', async () => {
    const base = await learnedMapBase();
    const [one, two, four] = ['lora-1', 'lora-2', 'lora-4'].map((name) =>
      countNumbers(trainables(base, named(name), '0')),
    );
    expect(four! - two!).toBe(2 * (two! - one!));
    expect(countNumbers(trainables(base, named('base'), '0'))).toBe(0);
  });
});

describe('storedTensors', () => {
  test.each([
    ['balanced', named('lora-2')],
    ['authors', authors2],
  ])('%s: as a person they are fed as they were trained', async (_, method) => {
    const base = await learnedMapBase();
    const all = trainables(base, method, '0').map((one) => ({
      ...one,
      values: hashed(one.input, one.values.length, 0.1),
    }));
    const person = personOf(base, method, all);
    expect([person.convention, person.alpha, person.rank]).toEqual([conventionOf(method), 2, 2]);
    const feeds = personFeeds(person, networkLayout(base));
    expect([...feeds.keys()].sort()).toEqual(all.map(({ input }) => input).sort());
    for (const { input, values, scale } of all) {
      // Times and through a gain that is no power of two: the last bit of float32 may differ.
      if (scale === 1) expect([input, feeds.get(input)!.data]).toEqual([input, values]);
      else expect([input, relative(feeds.get(input)!.data, values) < 1e-7]).toEqual([input, true]);
    }
    expect(all.some(({ scale }) => scale !== 1)).toBe(method.layout === 'balanced');
  });

  test('are copies, and fit a .head of that base', async () => {
    const base = await learnedMapBase();
    const all = trainables(base, named('lora-1'), '0');
    const stored = storedTensors(all);
    const before = stored.get(all[0]!.stored)!.data.slice();
    all[0]!.values.fill(9);
    expect(stored.get(all[0]!.stored)!.data).toEqual(before);
    const read = await readPerson(bytesSource(encodePerson(personOf(base, named('lora-1'), all))), base);
    expect(read.tensors.size).toBe(all.length);
    expect(read.metadata.get('method')).toBe('lora-1');
  });
});
