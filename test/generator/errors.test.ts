import { describe, expect, test } from '@jest/globals';
import { AssetError, DeviceError, HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { Base } from '../../runtime/checkpoint/index.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { goldenPersons, hashedPerson } from '../network/persons.js';
import { cpu, goldenTensorOf, repeatW } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';
import { goldenCamera } from '../render/goldenScene.js';

const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
const tiny = async () => new Generator(await tinyBase(), await cpu());

describe('latents', () => {
  test('of another base', async () => {
    const generator = await tiny();
    const camera = goldenCamera('cond');
    await expect(generator.map(new Float32Array(512), camera)).rejects.toThrow(ShapeError);
    await expect(generator.map(new Float32Array(512), camera)).rejects.toThrow('z: expected [32], got 512');
    const long = { dims: [14, 512], data: new Float32Array(14 * 512) };
    await expect(generator.planes(long)).rejects.toThrow('ws: expected [8, 32], got 7168');
    await expect(generator.superresolve(goldenTensorOf('tiny_main', 'z0.A.features'), long)).rejects.toThrow(
      ShapeError,
    );
    await generator.dispose();
  });

  test('that are not finite', async () => {
    const generator = await tiny();
    const z = new Float32Array(32);
    z[5] = NaN;
    await expect(generator.map(z, goldenCamera('cond'))).rejects.toThrow(NumericError);
    await expect(generator.map(z, goldenCamera('cond'))).rejects.toThrow('z: number 5 is NaN');
    const data = ws.data.slice();
    data[40] = Infinity;
    await expect(generator.planes({ dims: ws.dims, data })).rejects.toThrow('ws: number 40 is Infinity');
    await generator.dispose();
  });
});

test('a person of another base', async () => {
  const base = await tinyBase();
  const person = { ...hashedPerson(base, goldenPersons.my3dgen_r1!), baseHash: 'f'.repeat(64) };
  const execution = await cpu();
  expect(() => new Generator(base, execution, { person })).toThrow(AssetError);
  expect(() => new Generator(base, execution, { person })).toThrow(
    `learned on the base ${'f'.repeat(64)}, not on ${base.hash}`,
  );
});

test('a network that fails to load is tried again', async () => {
  const execution = await cpu();
  let failures = 1;
  const flaky: Execution = {
    ...execution,
    load: (graph, options) =>
      failures-- > 0 ? Promise.reject(new DeviceError('device/lost', 'lost')) : execution.load(graph, options),
  };
  const generator = new Generator(await tinyBase(), flaky);
  await expect(generator.planes(ws)).rejects.toThrow('lost');
  expect((await generator.planes(ws)).dims).toEqual([1, 96, 32, 32]);
  await generator.dispose();
});

test('runs that overlap wait for each other', async () => {
  const generator = await tiny();
  const runs = await Promise.all([0, 1, 2, 3].map(() => generator.planes(ws)));
  for (const { data } of runs) expect(data).toEqual(runs[0]!.data);
  await generator.dispose();
});

describe('headRenderer', () => {
  test('before anyone sits', async () => {
    const generator = await tiny();
    const headRenderer = await HeadRenderer.create(generator);
    await expect(headRenderer.render(goldenCamera('A'))).rejects.toThrow(HeadError);
    await expect(headRenderer.render(goldenCamera('A'))).rejects.toThrow('Call setFace first');
    await headRenderer.dispose();
    await generator.dispose();
  });

  test('settings that cannot be', async () => {
    const generator = await tiny();
    await expect(HeadRenderer.create(generator, { settings: { depthResolution: 3 } })).rejects.toThrow(ShapeError);
    const headRenderer = await HeadRenderer.create(generator, { resolution: 1.5 });
    await headRenderer.setFace(ws);
    await expect(headRenderer.render(goldenCamera('A'))).rejects.toThrow('the image side must be a whole number');
    await headRenderer.dispose();
    await generator.dispose();
  });

  test('a network whose image is not finite', async () => {
    const base = await tinyBase();
    const bias = base.tensors.get('superresolution.block1.torgb.bias')!;
    const tensors = new Map([
      ...base.tensors,
      ['superresolution.block1.torgb.bias', { ...bias, data: Float32Array.of(0, NaN, 0) }],
    ]);
    const broken: Base = { ...base, tensors };
    const generator = new Generator(broken, await cpu());
    const headRenderer = await HeadRenderer.create(generator);
    await headRenderer.setFace(ws);
    await expect(headRenderer.render(goldenCamera('A'))).rejects.toThrow(NumericError);
    await headRenderer.dispose();
    await generator.dispose();
  });

  test('progress rises to 1; an abort stops it', async () => {
    const generator = await tiny();
    const headRenderer = await HeadRenderer.create(generator, { resolution: 32 });
    await headRenderer.setFace(ws);
    const seen: number[] = [];
    await headRenderer.render(goldenCamera('A'), { onProgress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(1);
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('enough'));
    const taking = headRenderer.render(goldenCamera('A'), { onProgress, signal: controller.signal });
    await expect(taking).rejects.toThrow('enough');
    await headRenderer.dispose();
    await generator.dispose();
  });
});
