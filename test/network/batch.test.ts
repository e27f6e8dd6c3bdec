import { expect, test } from '@jest/globals';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Graph } from '../../runtime/network/graph.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { frozen } from '../../runtime/network/parameters.js';
import { personAdaptation, personFeeds } from '../../runtime/network/person.js';
import { superresolutionGraph } from '../../runtime/network/superresolution.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenPersons, hashedPerson } from './persons.js';
import { goldenTensorOf, repeatW, runGraph } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

const wsOf = (seed: number) => repeatW(goldenTensorOf('tiny_main', `z${seed}.w`), 8);
const featuresOf = (seed: number) => goldenTensorOf('tiny_main', `z${seed}.B.features`, [1, 32, 16, 16]);

function stack(a: Tensor, b: Tensor): Tensor {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { dims: [2, ...a.dims.slice(1)], data };
}

async function personOf(name: string | null): Promise<{ adaptation: typeof frozen; fed: ReadonlyMap<string, Tensor> }> {
  if (name === null) return { adaptation: frozen, fed: new Map() };
  const base = await tinyBase();
  const person = hashedPerson(base, goldenPersons[name]!);
  return { adaptation: personAdaptation(person), fed: personFeeds(person, networkLayout(base)) };
}

function run(graph: Graph, feeds: Record<string, Tensor>, fed: ReadonlyMap<string, Tensor>) {
  const wanted = graph.inputs.map(({ name }) => [name, feeds[name] ?? fed.get(name)!] as const);
  return runGraph(graph, Object.fromEntries(wanted));
}

test.each([null, ...Object.keys(goldenPersons)])('two heads at once, person %s', async (name) => {
  const base = await tinyBase();
  const { adaptation, fed } = await personOf(name);
  const one = synthesisGraph(base, { adaptation });
  const both = await run(synthesisGraph(base, { adaptation, batch: 2 }), { ws: stack(wsOf(0), wsOf(1)) }, fed);
  const alone = [await run(one, { ws: wsOf(0) }, fed), await run(one, { ws: wsOf(1) }, fed)];
  expect(both.planes!.dims).toEqual([2, 96, 32, 32]);
  const expected = stack(alone[0]!.planes!, alone[1]!.planes!);
  expectClose(both.planes!.data, expected.data, tolerance('planes'), 'planes');
});

test.each([null, 'my3dgen_r2_a3'])('two images at once, person %s', async (name) => {
  const base = await tinyBase();
  const { adaptation, fed } = await personOf(name);
  const one = superresolutionGraph(base, { adaptation });
  const feeds = { ws: stack(wsOf(0), wsOf(1)), features: stack(featuresOf(0), featuresOf(1)) };
  const both = await run(superresolutionGraph(base, { adaptation, batch: 2 }), feeds, fed);
  const alone = [0, 1].map((seed) => run(one, { ws: wsOf(seed), features: featuresOf(seed) }, fed));
  const [first, second] = await Promise.all(alone);
  expectClose(both.image!.data, stack(first!.image!, second!.image!).data, tolerance('image'), 'image');
});
