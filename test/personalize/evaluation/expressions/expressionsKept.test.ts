import { afterAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { bare, expressionsKept } from '../../../../personalize/evaluation/expressions/expressionsKept.js';
import { measuredExpressions } from '../../../../personalize/evaluation/expressions/measuredExpressions.js';
import { openFaceNets } from '../../../../personalize/photos/faces/openFaceNets.js';
import { fileSource } from '../../../../runtime/checkpoint/fileSource.node.js';
import { readBase } from '../../../../runtime/checkpoint/index.js';
import type { PersonFile } from '../../../../runtime/checkpoint/person/person.js';
import { parseDirections } from '../../../../runtime/latent/directionsJson.js';
import { networkLayout, requireTensor } from '../../../../runtime/network/layout.js';
import { cpu } from '../../../network/runGraph.js';

async function scene() {
  const source = await fileSource('assets/base.safetensors');
  const base = await readBase(source).finally(() => source.close());
  const { wDim } = networkLayout(base);
  const json: unknown = JSON.parse(await readFile('assets/base.directions.json', 'utf8'));
  const directions = parseDirections(json, { hash: base.hash, wDim });
  const execution = await cpu();
  const nets = await openFaceNets({ execution, asset: await fileSource('assets/faces.safetensors') });
  const mean = requireTensor(base, 'backbone.mapping.w_avg').data;
  const person: PersonFile = {
    ...bare({ baseHash: base.hash }),
    tensors: new Map([['neutral', { dims: [wDim], data: mean }]]),
  };
  return { base, directions, execution, nets, person };
}

let making: ReturnType<typeof scene> | null = null;
const made = (): ReturnType<typeof scene> => (making ??= scene());
afterAll(async () => (await made()).nets.dispose());

const jaw = measuredExpressions.filter(({ name }) => name === 'jawOpen');

test('a head on which nothing was learned keeps the whole of the base’s movement, and its lips part', async () => {
  const { base, directions, execution, nets, person } = await made();
  const found = await expressionsKept({ base, execution }, { person, directions, nets, side: 112, expressions: jaw });
  const [row] = found.movements;
  expect(row).toMatchObject({ expression: 'jawOpen', movement: 'lips apart', asymmetry: null });
  expect(row!.person).toBeCloseTo(row!.base, 6);
  expect(row!.base).toBeGreaterThan(0.2);
  expect(found.changes[0]!.person).toBeCloseTo(found.changes[0]!.base, 9);
  expect(found.changes[0]!.alike).toBeCloseTo(1, 5);
});

test('a head that no expression moves keeps nothing', async () => {
  const { base, directions, execution, nets, person } = await made();
  // The styles no longer see the coordinates of W that hold expressions: each affine's row there is taken away by its factors.
  const [name] = ['jawOpen'];
  const index = directions.byName.get(name)!.vector.findIndex((value) => value !== 0);
  const tensors = new Map(person.tensors);
  for (const [tensor, { dims, data }] of base.tensors) {
    if (!/^backbone\.synthesis\..*\.affine\.weight$/.test(tensor)) continue;
    const [rows, columns] = dims as [number, number];
    const a = new Float32Array(columns);
    a[index] = 1;
    const layer = tensor.replace(/\.weight$/, '');
    tensors.set(`${layer}.lora_A`, { dims: [1, columns], data: a });
    tensors.set(`${layer}.lora_B`, {
      dims: [rows, 1],
      data: Float32Array.from({ length: rows }, (_, row) => -data[row * columns + index]!),
    });
  }
  const still = { ...person, rank: 1, tensors };
  const found = await expressionsKept(
    { base, execution },
    { person: still, directions, nets, side: 112, expressions: jaw },
  );
  expect(Math.abs(found.movements[0]!.person)).toBeLessThan(0.03);
  expect(found.changes[0]!.person).toBeLessThan(0.05 * found.changes[0]!.base);
});
