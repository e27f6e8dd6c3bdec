import { expect, test } from '@jest/globals';
import type { Execution } from '../../runtime/execution/execution.js';
import { Generator } from '../../runtime/generator/generator.js';
import { expectClose } from '../harness/compare.js';
import { goldenPersons, hashedPerson, withTensors } from '../network/persons.js';
import { cpu, goldenTensorOf, repeatW } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';

test('people whose factors have the same sizes share one session, and keep their own faces', async () => {
  const base = await tinyBase();
  const execution = await cpu();
  const loaded: string[] = [];
  const counting: Execution = {
    ...execution,
    load: (graph, options) => {
      loaded.push(graph.name);
      return execution.load(graph, options);
    },
  };
  const names = Object.keys(goldenPersons);
  const first = hashedPerson(base, goldenPersons[names[0]!]!);
  const second = withTensors(first, (_, { dims, data }) => ({ dims, data: data.map((value) => -2 * value) }));
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const alone = async (person?: typeof first): Promise<Float32Array> => {
    const generator = new Generator(base, execution, person ? { person } : {});
    const { data } = await generator.planes(ws);
    await generator.dispose();
    return data!;
  };
  const shared = new Generator(base, counting);
  for (const person of [first, second, first]) {
    expect(shared.prepare(person)).toBe(shared.prepare(person));
    const { data } = await shared.planes(ws, shared.prepare(person));
    expectClose(data!, await alone(person), 0, 'planes');
  }
  expect(loaded).toHaveLength(1);
  const { data } = await shared.planes(ws);
  expectClose(data!, await alone(), 0, 'planes of the base');
  expect(loaded).toHaveLength(2);
  await shared.dispose();
});
