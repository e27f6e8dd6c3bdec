import { expect, test } from '@jest/globals';
import { webExecution } from '../../runtime/execution/web.js';
import { Generator } from '../../runtime/generator/generator.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';
import { wsOfSeed } from './scene.js';

test('mapping and backbone in wasm, where there is no GPU', async () => {
  const execution = await webExecution();
  expect([execution.name, execution.device]).toEqual(['wasm', null]);
  const generator = new Generator(await tinyBase(), execution, { keepOnGpu: true });
  for (const seed of [0, 1]) {
    const ws = await wsOfSeed(generator, seed);
    expectClose(ws.data.subarray(0, 32), goldenTensorOf('tiny_main', `z${seed}.w`).data, tolerance('ws'), 'w');
    const { data } = await generator.planes(ws);
    expectClose(data!, goldenTensorOf('tiny_main', `z${seed}.planes`).data, tolerance('planes'), 'planes');
  }
  await generator.dispose();
});
