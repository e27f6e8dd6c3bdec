import { describe, expect, test } from '@jest/globals';
import type { Base } from '../../runtime/checkpoint/index.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import { mappingGraph } from '../../runtime/network/mapping.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf, runGraph } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

const main = (name: string, dims?: readonly number[]) => goldenTensorOf('tiny_main', name, dims);
const within = tolerance('ws');

async function map(base: Base, seed: number): Promise<Float32Array> {
  const feeds = { z: main(`z${seed}.z`, [1, 32]), c: main('c_cond', [1, 25]) };
  return (await runGraph(mappingGraph(base), feeds)).w!.data;
}

describe.each([0, 1])('z%d', (seed) => {
  test('w', async () => {
    expectClose(await map(await tinyBase(), seed), main(`z${seed}.w`).data, within, 'w');
  });

  test('w of a base whose conditioning is zeroed', async () => {
    const base = await tinyBase();
    const mapping = { ...base.config.mapping, conditioningScale: 0 };
    const zeroed: Base = { ...base, config: { ...base.config, mapping } };
    expectClose(await map(zeroed, seed), main(`z${seed}.w_czero`).data, within, 'w_czero');
  });

  test('truncation', async () => {
    const base = await tinyBase();
    const wAvg = base.tensors.get('backbone.mapping.w_avg')!.data;
    const w = await map(base, seed);
    expectClose(broadcastW(w, 8, wAvg, 0.7).data, main(`z${seed}.ws_psi0.7`).data, within, 'psi 0.7');
    expectClose(broadcastW(w, 8, wAvg, 0.5, 3).data, main(`z${seed}.ws_psi0.5_cut3`).data, within, 'psi 0.5, 3 rows');
  });
});

test('a batch of two', async () => {
  const z = { dims: [2, 32], data: Float32Array.of(...main('z0.z').data, ...main('z1.z').data) };
  const c = main('c_cond').data;
  const feeds = { z, c: { dims: [2, 25], data: Float32Array.of(...c, ...c) } };
  const { w } = await runGraph(mappingGraph(await tinyBase(), 2), feeds);
  expectClose(w!.data, [...main('z0.w').data, ...main('z1.w').data], within, 'both');
});

test('a base without conditioning takes no camera', async () => {
  const base = await tinyBase();
  const unconditioned = [...base.tensors].filter(([name]) => !name.startsWith('backbone.mapping.embed'));
  const fc0 = { dims: [32, 32], data: base.tensors.get('backbone.mapping.fc0.weight')!.data.slice(0, 1024) };
  const tensors = new Map([...unconditioned, ['backbone.mapping.fc0.weight', fc0] as const]);
  const graph = mappingGraph({ ...base, tensors });
  expect(graph.inputs.map((input) => input.name)).toEqual(['z']);
  const { w } = await runGraph(graph, { z: main('z0.z', [1, 32]) });
  expect(w!.data.every(Number.isFinite)).toBe(true);
});
