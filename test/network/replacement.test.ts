import { describe, expect, test } from '@jest/globals';
import type { Base, PersonFile } from '../../runtime/checkpoint/index.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { personAdaptation } from '../../runtime/network/person.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { tolerance } from '../core/manifest.js';
import { expectClose, maxAbs } from '../harness/compare.js';
import { hashTensor } from './hashWeights.js';
import { cpu, goldenTensorOf, repeatW } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

const replaced = [
  'backbone.synthesis.b4.const',
  'backbone.synthesis.b8.conv0.bias',
  'backbone.synthesis.b16.conv1.noise_strength',
  'backbone.synthesis.b16.conv1.affine.bias',
  'backbone.synthesis.b32.torgb.bias',
  'superresolution.block0.conv1.bias',
  'superresolution.block1.torgb.affine.bias',
];

/** Other numbers of the same sizes. */
function changes(base: Base): [string, Tensor][] {
  return replaced.map((name) => [name, hashTensor(`set.${name}`, base.tensors.get(name)!.dims, 0.5, 0.3)]);
}

function personOf(base: Base): PersonFile {
  const tensors = new Map(changes(base).map(([name, value]) => [`set.${name}`, value]));
  return { baseHash: base.hash, convention: 'my3dgen', alpha: 1, tensors, metadata: new Map() };
}

async function run(base: Base, person?: PersonFile): Promise<{ planes: Float32Array; image: Float32Array }> {
  const generator = new Generator(base, await cpu(), person ? { person } : {});
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const planes = await generator.planes(ws);
  const image = await generator.superresolve(goldenTensorOf('tiny_main', 'z0.A.features'), ws);
  await generator.dispose();
  return { planes: planes.data!, image: image.data! };
}

describe('replaced tensors', () => {
  test('fed, they give what a base that holds them gives', async () => {
    const base = await tinyBase();
    const fed = await run(base, personOf(base));
    const built = await run({ ...base, tensors: new Map([...base.tensors, ...changes(base)]) });
    expectClose(fed.planes, built.planes, tolerance('planes'), 'planes');
    expectClose(fed.image, built.image, tolerance('image'), 'image');
    const original = await run(base);
    expect(maxAbs(fed.planes, original.planes)).toBeGreaterThan(0.1);
    expect(maxAbs(fed.image, original.image)).toBeGreaterThan(0.1);
  });

  test('are inputs of the graph, and no longer part of it', async () => {
    const base = await tinyBase();
    const graph = synthesisGraph(base, { adaptation: personAdaptation(personOf(base)) });
    const backbone = replaced.filter((name) => name.startsWith('backbone.'));
    expect(graph.inputs.map((input) => input.name).sort()).toEqual([...backbone, 'ws'].sort());
    for (const name of backbone) expect(graph.initializers.has(name)).toBe(false);
  });
});
