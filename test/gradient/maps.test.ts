import { describe, expect, test } from '@jest/globals';
import { bytesSource, readBase, type Base } from '../../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { sizeOf } from '../../runtime/core/tensor.js';
import { gradientGraph } from '../../runtime/network/gradient/gradientGraph.js';
import type { Graph } from '../../runtime/network/graph.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { moduleValue, networkPickle } from '../checkpoint/networkWriter.js';
import { joinBytes } from '../checkpoint/pickleWriter.js';
import { smallSizes, syntheticNetwork } from '../checkpoint/syntheticNetwork.js';
import { interpret } from './interpreter.js';

const rank = 2;
const maps = ['b4.conv1', 'b8.conv0', 'b8.conv1'].map((name) => `backbone.synthesis.${name}.noise_const`);
const factors = maps.flatMap((map) => [`${map}.lora_A`, `${map}.lora_B`]);

/** Blocks b4 and b8 of a few channels, a map [O, H, W] in every convolution. */
async function smallBase(): Promise<Base> {
  const network = syntheticNetwork({ ...smallSizes, widths: smallSizes.widths.slice(0, 2), noisePerChannel: true });
  return readBase(bytesSource(joinBytes(networkPickle(moduleValue(network)))));
}

const adapted: Adaptation = { lora: () => ({ weight: 0, affine: 0, map: rank }), isInput: () => false };
const withWeights: Adaptation = {
  lora: (layer) => ({ weight: layer.kernel, affine: 1, map: rank }),
  isInput: (name) => maps.includes(name),
};

const random = (name: string, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 2 * hashUniform(hashKey(name), i) - 1);

type Feeds = Readonly<Record<string, Float64Array>>;

const feedsOf = (graph: Graph): Feeds =>
  Object.fromEntries(graph.inputs.map(({ name, dims }) => [name, random(name, sizeOf(dims))]));

const planesOf = (graph: Graph, feeds: Feeds): Float64Array => interpret(graph, feeds).get('planes')!.data;

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('gradients of the factors of learned maps', () => {
  test.each([
    ['alone', adapted],
    ['beside factors of the weights, the maps fed too', withWeights],
  ])('%s: agree with finite differences in float64', async (_, adaptation) => {
    const graph = synthesisGraph(await smallBase(), { adaptation });
    const feeds = feedsOf(graph);
    const byPlanes = random('grad.planes', sizeOf(graph.dims.get('planes')!));
    const backward = gradientGraph(graph, { wrt: factors, keepOutputs: false });
    const gradients = interpret(backward, { ...feeds, 'grad.planes': byPlanes });
    const step = 1e-5;
    for (const name of factors) {
      const direction = random(`direction ${name}`, feeds[name]!.length);
      const lossAt = (move: number): number =>
        dot(planesOf(graph, { ...feeds, [name]: feeds[name]!.map((v, i) => v + move * direction[i]!) }), byPlanes);
      const difference = (lossAt(step) - lossAt(-step)) / (2 * step);
      const gradient = gradients.get(`grad.${name}`)!;
      expect(gradient.dims).toEqual(graph.dims.get(name));
      // Of a random direction, the typical size; one that happens to be nearly orthogonal must not blow the error up.
      const size = Math.hypot(...gradient.data) * Math.hypot(...direction) * Math.sqrt(1 / direction.length);
      expect([name, size > 1e-2]).toEqual([name, true]);
      expect(Math.abs(dot(gradient.data, direction) - difference) / size).toBeLessThan(1e-7);
    }
  });

  test('B = 0: the planes of the frozen graph bit for bit, and B’s gradient is not 0', async () => {
    const base = await smallBase();
    const graph = synthesisGraph(base, { adaptation: adapted });
    const feeds = { ...feedsOf(graph) };
    for (const name of factors) if (name.endsWith('_B')) feeds[name] = new Float64Array(feeds[name]!.length);
    expect(planesOf(graph, feeds)).toEqual(planesOf(synthesisGraph(base), { ws: feeds.ws! }));
    const byPlanes = random('grad.planes', sizeOf(graph.dims.get('planes')!));
    const gradients = interpret(gradientGraph(graph, { wrt: factors }), { ...feeds, 'grad.planes': byPlanes });
    for (const name of factors) {
      const largest = Math.max(...gradients.get(`grad.${name}`)!.data.map(Math.abs));
      if (name.endsWith('_A')) expect([name, largest]).toEqual([name, 0]);
      else expect([name, largest > 0]).toEqual([name, true]);
    }
  });
});
