import { expect, test } from '@jest/globals';
import { createHeadModelAsync } from '../../../plugin/image/headModel.js';
import { HeadPlanes } from '../../../plugin/image/headPlanes.js';
import { NetworkTurns } from '../../../plugin/image/networkTurns.js';
import type { Execution } from '../../../runtime/execution/execution.js';
import { ExpressedPlanes } from '../../../runtime/expression/expressedPlanes.js';
import { PlaneMotion } from '../../../runtime/expression/planeMotion.js';
import { Generator } from '../../../runtime/generator/generator.js';
import type { PlaneTexels } from '../../../runtime/render/gpu/planeTexels.js';
import { readFloats } from '../../../runtime/render/gpu/buffers.js';
import { sheets } from '../../expression/sheets.js';
import { goldenPersons, hashedPerson } from '../../network/persons.js';
import { cpu, goldenTensorOf, repeatW } from '../../network/runGraph.js';
import { tinyBase } from '../../network/tinyBase.js';
import { nodeEngine } from './nodeEngine.js';

test('an expression of a person’s head takes one run of the network, a new look with an expression three', async () => {
  const node = await nodeEngine(16, 16);
  const base = await tinyBase();
  const person = hashedPerson(base, goldenPersons.my3dgen_r2_a3!);
  const execution = await cpu();
  const runs: string[] = [];
  const counting: Execution = {
    ...execution,
    load: async (graph, options) => {
      const session = await execution.load(graph, options);
      return { ...session, run: (feeds) => (runs.push(graph.name), session.run(feeds)) };
    },
  };
  const proxy = sheets(base);
  const quality = { resolution: 32, movingResolution: 32, depthResolution: 8, depthResolutionImportance: 0 };
  const model = await createHeadModelAsync(node.engine, {
    ...{ base, person, proxy, quality },
    execution: () => Promise.resolve(counting),
  });
  const errors: unknown[] = [];
  const planes = new HeadPlanes(model, new NetworkTurns(() => 0), (error) => errors.push(error));
  planes.activate();
  const look = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const other = { ...look, data: look.data.map((value) => 0.5 * value) };
  const faceOf = (of: typeof look, raise: number) => ({
    look: of,
    ws: { ...of, data: of.data.map((value, i) => value + (i % 32 === 3 ? raise : 0)) },
    amounts: new Map(raise === 0 ? [] : [['raise', raise]]),
  });
  const wanted = new ExpressedPlanes(new Generator(base, execution, { person }), new PlaneMotion(base, proxy));
  const renderer = model.renderer!;
  const packed = renderer.createPlanes();
  for (const [of, raise, names] of [
    [look, 0, ['synthesis']],
    [look, 0.5, ['synthesis', 'carried', 'carried']],
    [look, 1, ['carried']],
    [other, 1, ['synthesis', 'carried', 'carried']],
    [look, 0, ['synthesis']],
  ] as const) {
    runs.length = 0;
    const face = faceOf(of, raise);
    planes.face = face;
    await planes.settled();
    expect(runs).toEqual(names);
    const output = await wanted.planes(face.ws, face);
    renderer.setPlanes({ data: output.data!, dims: output.dims }, packed);
    const count = packed.buffer!.size / 4;
    const [shown, expected] = [(planes.texels as PlaneTexels).buffer!, packed.buffer!].map((buffer) =>
      readFloats(node.device(), buffer, count),
    );
    expect(await shown).toEqual(await expected);
  }
  // Without its place the head forgets what it kept of the look.
  planes.deactivate();
  runs.length = 0;
  planes.activate();
  planes.face = faceOf(look, 1);
  await planes.settled();
  expect(runs.filter((name) => name === 'carried').length).toBeGreaterThanOrEqual(2);
  expect(errors).toEqual([]);
  planes.deactivate();
  await model.disposeAsync();
});
