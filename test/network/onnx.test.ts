import { describe, expect, test } from '@jest/globals';
import { HeadError } from '../../runtime/core/errors.js';
import { GraphBuilder, type Graph } from '../../runtime/network/graph.js';
import { encodeOnnx } from '../../runtime/network/onnx.js';
import { add, concat, depthToSpace2, leakyRelu, mul, slice } from '../../runtime/network/operators.js';
import { runGraph } from './runGraph.js';

const vector = (...values: number[]) => ({ dims: [values.length], data: Float32Array.from(values) });

describe('ONNX Runtime reads what is written', () => {
  test('scalars, float attributes and names outside ASCII', async () => {
    const g = new GraphBuilder('Häuptling');
    const x = g.input('größe', [3]);
    const scalar = g.parameter('scalar', { dims: [], data: Float32Array.of(-2.5) });
    g.output('y', leakyRelu(g, add(g, mul(g, x, scalar), g.constant('one', [1], [])), 0.2));
    const { y } = await runGraph(g.build(), { größe: vector(0, 1, -2) });
    expect(y).toEqual(vector(1, Math.fround(-1.5 * Math.fround(0.2)), 6));
  });

  test('strings', async () => {
    const g = new GraphBuilder('string');
    g.output('y', depthToSpace2(g, g.input('x', [1, 8, 1, 1])));
    const { y } = await runGraph(g.build(), {
      x: { dims: [1, 8, 1, 1], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) },
    });
    // DCR: channel (2 a + b) O + o; CRD would give 0 1 2 3 4 5 6 7.
    expect(y).toEqual({ dims: [1, 2, 2, 2], data: Float32Array.of(0, 2, 4, 6, 1, 3, 5, 7) });
  });

  test('negative integers, as attributes and as tensors', async () => {
    const g = new GraphBuilder('negative');
    const x = g.input('x', [2, 3]);
    const both = g.node('Concat', [x.name, x.name], [2, 6], { axis: -1 });
    const flat = g.node('Reshape', [both.name, g.ints('dims', [-1])], [12]);
    const tail = [g.ints('start', [-2]), g.ints('end', [2 ** 31]), g.ints('axis', [-1])];
    g.output('y', g.node('Slice', [flat.name, ...tail], [2]));
    const { y } = await runGraph(g.build(), { x: { dims: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) } });
    expect(y).toEqual(vector(4, 5));
  });

  test('lists of integers, several outputs, one parameter used twice', async () => {
    const g = new GraphBuilder('lists');
    const table = { dims: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) };
    const x = add(g, g.parameter('table', table), g.parameter('table', table));
    g.output('turned', g.node('Transpose', [x.name], [3, 2], { perm: [1, 0] }));
    g.output('joined', concat(g, [slice(g, x, 1, 0, 1), slice(g, x, 1, 2, 3)], 1));
    const { turned, joined } = await runGraph(g.build(), {});
    expect(turned).toEqual({ dims: [3, 2], data: Float32Array.of(0, 6, 2, 8, 4, 10) });
    expect(joined).toEqual({ dims: [2, 2], data: Float32Array.of(0, 4, 6, 10) });
  });

  test('a view into a larger buffer', async () => {
    const g = new GraphBuilder('view');
    const data = new Float32Array(8).fill(9).subarray(3, 5).fill(2);
    g.output('y', mul(g, g.input('x', [2]), g.parameter('p', { dims: [2], data })));
    expect((await runGraph(g.build(), { x: vector(1, -3) })).y).toEqual(vector(2, -6));
  });
});

test('a network beyond 2 GiB is refused', () => {
  const half = { dims: [2 ** 28], data: new Float32Array(2 ** 28) };
  const weights = new Map([
    ['a', half],
    ['b', half],
  ]);
  const graph: Graph = { name: 'big', nodes: [], initializers: weights, inputs: [], outputs: [], dims: new Map() };
  expect(() => encodeOnnx(graph)).toThrow(HeadError);
  expect(() => encodeOnnx(graph)).toThrow('2 GiB');
});
