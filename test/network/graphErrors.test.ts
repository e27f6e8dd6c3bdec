import { describe, expect, test } from '@jest/globals';
import type { Base } from '../../runtime/checkpoint/index.js';
import { AssetError, DeviceError, HeadError, ShapeError } from '../../runtime/core/errors.js';
import { GraphBuilder } from '../../runtime/network/graph.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { add, conv, convTranspose2, matMul } from '../../runtime/network/operators.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { cpu, goldenTensorOf, repeatW } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

describe('building', () => {
  const g = new GraphBuilder('errors');
  const [a, b] = [g.input('a', [1, 2, 4, 4]), g.input('b', [3, 3, 3, 3])];

  test.each([
    ['broadcast', () => add(g, a, b), '[1, 2, 4, 4] does not broadcast'],
    ['matMul', () => matMul(g, a, b), 'do not chain'],
    ['conv', () => conv(g, a, b), 'does not fit weight'],
    ['transposed conv', () => convTranspose2(g, a, b), 'does not fit weight'],
    ['constant', () => g.constant('c', [1, 2], [3]), '2 values do not fill [3]'],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(ShapeError);
    expect(build).toThrow(message);
  });

  test('a name that is taken', () => {
    expect(() => g.input('a', [1])).toThrow(HeadError);
    expect(() => g.input('a', [1])).toThrow('the name a is taken');
  });
});

describe('layout', () => {
  const without = async (name: string): Promise<Base> => {
    const base = await tinyBase();
    return { ...base, tensors: new Map([...base.tensors].filter(([key]) => key !== name)) };
  };

  test.each([
    'backbone.synthesis.b4.torgb.weight',
    'backbone.mapping.fc0.weight',
    'backbone.synthesis.b8.conv0.weight',
    'decoder.net.2.weight',
    'superresolution.block1.torgb.weight',
  ])('without %s', async (name) => {
    const base = await without(name);
    expect(() => networkLayout(base)).toThrow(AssetError);
    expect(() => networkLayout(base)).toThrow(name);
  });

  test('a tensor that only the graph needs', async () => {
    const base = await without('backbone.synthesis.b16.conv1.noise_const');
    expect(() => synthesisGraph(base)).toThrow('b16.conv1.noise_const is missing');
  });

  test('a weight that is no square kernel', async () => {
    const base = await tinyBase();
    const name = 'backbone.synthesis.b8.conv1.weight';
    const tensors = new Map([...base.tensors, [name, { dims: [32, 32, 9], data: new Float32Array(9216) }]]);
    expect(() => networkLayout({ ...base, tensors })).toThrow('expected [out, in, k, k], got [32, 32, 9]');
  });
});

describe('running', () => {
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);

  test('feeds that are missing, foreign or of another size', async () => {
    const session = await (await cpu()).load(synthesisGraph(await tinyBase()));
    await expect(session.run({})).rejects.toThrow('the input ws [1, 8, 32] is missing');
    await expect(session.run({ ws, z: ws })).rejects.toThrow('it has no input z. Its inputs: ws');
    const wrong = session.run({ ws: { dims: [1, 8, 31], data: new Float32Array(248) } });
    await expect(wrong).rejects.toThrow(ShapeError);
    await expect(wrong).rejects.toThrow('ws: expected [1, 8, 32], got [1, 8, 31]');
    const lying = session.run({ ws: { dims: [1, 8, 32], data: new Float32Array(5) } });
    await expect(lying).rejects.toThrow(ShapeError);
    const { planes } = await session.run({ ws });
    expect(planes!.data!.every(Number.isFinite)).toBe(true);
    await session.dispose();
  });

  test('an operator that ONNX Runtime does not know', async () => {
    const g = new GraphBuilder('unknown');
    g.output('y', g.node('Unheard', [g.input('x', [1]).name], [1]));
    const loading = (await cpu()).load(g.build());
    await expect(loading).rejects.toThrow(DeviceError);
    await expect(loading).rejects.toThrow('Unheard');
  });
});
