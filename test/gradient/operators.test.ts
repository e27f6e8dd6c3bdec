import { describe, expect, test } from '@jest/globals';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { gradientGraph, influenced } from '../../runtime/network/gradient/gradientGraph.js';
import { GraphBuilder, type Graph, type Value } from '../../runtime/network/graph.js';
import * as op from '../../runtime/network/operators.js';
import { defaultFilter } from '../../runtime/network/filters.js';
import { upsampleImage } from '../../runtime/network/synthesis.js';
import { interpret } from './interpreter.js';

const random = (name: string, count: number, low = -1, high = 1): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low + (high - low) * hashUniform(hashKey(name), i));
const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

type Inputs = Readonly<Record<string, readonly number[]>>;

/** Inputs stay away from 0, where a kink or a pole would spoil the difference. */
function feedsOf(inputs: Inputs): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, dims]) => [
      name,
      random(name, sizeOf(dims)).map((v) => Math.sign(v) * (0.3 + Math.abs(v))),
    ]),
  );
}

function build(inputs: Inputs, body: (g: GraphBuilder, x: Record<string, Value>) => Value): Graph {
  const g = new GraphBuilder('test');
  const values = Object.fromEntries(Object.entries(inputs).map(([name, dims]) => [name, g.input(name, dims)]));
  g.output('y', body(g, values));
  return g.build();
}

/** A kernel of different numbers. */
const ramp = (g: GraphBuilder, dims: readonly number[]): Value =>
  g.constant('kernel', Float32Array.from(random('kernel', sizeOf(dims))), dims);

/** Largest relative deviation of the gradient along random directions from central differences, in float64. */
function deviation(graph: Graph, feeds: Record<string, Float64Array>): number {
  const wrt = Object.keys(feeds);
  const dy = random('dy', sizeOf(graph.dims.get('y')!));
  const loss = (at: Record<string, Float64Array>): number =>
    interpret(graph, at)
      .get('y')!
      .data.reduce((sum, v, i) => sum + v * dy[i]!, 0);
  const gradients = interpret(gradientGraph(graph, { wrt }), { ...feeds, 'grad.y': dy });
  const eps = 1e-5;
  return Math.max(
    ...wrt.map((name) => {
      const direction = random(`direction ${name}`, feeds[name]!.length);
      const moved = (step: number) => ({ ...feeds, [name]: feeds[name]!.map((v, i) => v + step * direction[i]!) });
      const difference = (loss(moved(eps)) - loss(moved(-eps))) / (2 * eps);
      const analytic = gradients.get(`grad.${name}`)!.data.reduce((sum, v, i) => sum + v * direction[i]!, 0);
      return Math.abs(analytic - difference) / Math.max(Math.abs(difference), 1e-3);
    }),
  );
}

const cases: [string, Inputs, (g: GraphBuilder, x: Record<string, Value>) => Value][] = [
  ['Add, broadcast', { a: [2, 3, 1, 5], b: [3, 4, 1] }, (g, { a, b }) => op.add(g, a!, b!)],
  ['Mul, broadcast', { a: [2, 3, 4], b: [1, 4] }, (g, { a, b }) => op.mul(g, a!, b!)],
  ['Mul, squared', { a: [5] }, (g, { a }) => op.mul(g, a!, a!)],
  ['Div, broadcast', { a: [2, 3], b: [2, 1] }, (g, { a, b }) => op.div(g, a!, b!)],
  ['Sqrt and Reciprocal', { a: [7] }, (g, { a }) => op.reciprocal(g, op.sqrt(g, op.mul(g, a!, a!)))],
  ['LeakyRelu', { a: [3, 5] }, (g, { a }) => op.leakyRelu(g, a!, 0.2)],
  ['Relu and Neg', { a: [3, 5] }, (g, { a }) => g.node('Relu', [g.node('Neg', [a!.name], [3, 5]).name], [3, 5])],
  ['Abs and Log', { a: [7] }, (g, { a }) => g.node('Log', [g.node('Abs', [a!.name], [7]).name], [7])],
  ['Exp and Sigmoid', { a: [7] }, (g, { a }) => g.node('Sigmoid', [g.node('Exp', [a!.name], [7]).name], [7])],
  ['Clip', { a: [4, 4] }, (g, { a }) => op.clamp(g, a!, 0.75)],
  ['MatMul', { a: [3, 4], b: [4, 5] }, (g, { a, b }) => op.matMul(g, a!, b!)],
  ['MatMul, broadcast', { a: [3, 4], b: [2, 1, 4, 5] }, (g, { a, b }) => op.matMul(g, a!, b!)],
  ['Transpose', { a: [2, 3, 4] }, (g, { a }) => op.transpose(g, a!, [2, 0, 1])],
  ['Reshape', { a: [2, 6] }, (g, { a }) => op.reshape(g, a!, [3, 1, 4])],
  ['ReduceSum', { a: [2, 3, 4] }, (g, { a }) => op.reduceSum(g, a!, [0, 2])],
  ['ReduceSum, kept', { a: [2, 3, 4] }, (g, { a }) => op.reduceSum(g, a!, [1], true)],
  ['Concat', { a: [2, 3], b: [2, 1] }, (g, { a, b }) => op.concat(g, [a!, b!, a!], 1)],
  ['Slice', { a: [2, 5, 3] }, (g, { a }) => op.slice(g, a!, 1, 1, 4)],
  ['Conv 3 x 3', { x: [2, 3, 5, 4], w: [4, 3, 3, 3] }, (g, { x, w }) => op.conv(g, x!, w!, { pad: 1 })],
  ['Conv 1 x 1', { x: [2, 3, 3, 2], w: [2, 3, 1, 1] }, (g, { x, w }) => op.conv(g, x!, w!)],
  ['Conv without padding', { x: [2, 2, 3, 3], w: [4, 2, 3, 3] }, (g, { x, w }) => op.conv(g, x!, w!)],
  [
    'Conv with stride, a row and a column left over',
    { x: [2, 3, 9, 8] },
    (g, { x }) =>
      op.conv(g, x!, g.constant('w', Float32Array.from(random('w', 300)), [4, 3, 5, 5]), { pad: 2, stride: 3 }),
  ],
  ['MaxPool', { x: [2, 3, 6, 4] }, (g, { x }) => op.maxPool(g, x!, 2, 2)],
  [
    'MaxPool, overlapping, with a row and a column left over',
    { x: [2, 3, 8, 6] },
    (g, { x }) => op.maxPool(g, x!, 3, 2),
  ],
  ['Conv, depthwise', { x: [2, 3, 4, 4] }, (g, { x }) => op.conv(g, x!, ramp(g, [3, 1, 4, 4]), { pad: 1, group: 3 })],
  ['Conv, grouped', { x: [1, 4, 4, 3] }, (g, { x }) => op.conv(g, x!, ramp(g, [6, 2, 3, 3]), { pad: 1, group: 2 })],
  ['ConvTranspose', { x: [2, 3, 3, 4], w: [3, 2, 3, 3] }, (g, { x, w }) => op.convTranspose2(g, x!, w!)],
  ['DepthToSpace', { x: [2, 8, 2, 3] }, (g, { x }) => op.depthToSpace2(g, x!)],
  ['the skip image', { x: [1, 3, 3, 4] }, (g, { x }) => upsampleImage(g, x!, defaultFilter)],
];

describe('gradientGraph against finite differences in float64', () => {
  test.each(cases)('%s', (_, inputs, body) => {
    const graph = build(inputs, body);
    expect(deviation(graph, feedsOf(inputs))).toBeLessThan(1e-7);
  });

  test('of equal largest values the first of the window gets the gradient', () => {
    const graph = build({ x: [1, 1, 3, 3] }, (g, { x }) => op.maxPool(g, x!, 3, 1));
    const x = Float64Array.from([0, 1, 0, 1, 1, 0, 0, 0, 1]);
    const { data } = interpret(gradientGraph(graph, { wrt: ['x'] }), { x, 'grad.y': Float64Array.of(3) }).get(
      'grad.x',
    )!;
    expect([...data]).toEqual([0, 3, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('only what is asked for gets a gradient', () => {
    const graph = build({ x: [1, 2, 4, 4], w: [3, 2, 3, 3] }, (g, { x, w }) => op.conv(g, x!, w!, { pad: 1 }));
    const backward = gradientGraph(graph, { wrt: ['x'] });
    // A copy of the weights with its taps turned is none: it is made once, when they are frozen.
    const moving = influenced(backward, ['x', 'grad.y']);
    const weightSized = [...moving].filter((name) => sizeOf(backward.dims.get(name)!) === 3 * 2 * 9);
    expect(weightSized).toEqual([]);
    expect(backward.outputs.map((value) => value.name)).toEqual(['y', 'grad.x']);
  });

  test.each([
    ['an unknown name', ['nothing'], /no value nothing/],
    ['what no output depends on', ['b'], /no output of test depends on b/],
  ])('refuses %s', (_, wrt, message) => {
    const graph = build({ a: [2], b: [2] }, (g, { a }) => op.mul(g, a!, a!));
    expect(() => gradientGraph(graph, { wrt })).toThrow(message);
  });

  test('refuses the weights of a strided convolution', () => {
    const graph = build({ x: [1, 2, 5, 5], w: [3, 2, 3, 3] }, (g, { x, w }) => op.conv(g, x!, w!, { stride: 2 }));
    expect(() => gradientGraph(graph, { wrt: ['w'] })).toThrow(/strided/);
  });

  test('refuses an operator without a rule, by its name', () => {
    const graph = build({ a: [2] }, (g, { a }) => g.node('Erf', [a!.name], [2]));
    expect(() => gradientGraph(graph, { wrt: ['a'] })).toThrow(/Erf/);
  });
});
