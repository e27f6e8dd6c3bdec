import { describe, expect, test } from '@jest/globals';
import { bytesSource, readBase, type Base } from '../../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import { sizeOf } from '../../runtime/core/tensor.js';
import { gradientGraph } from '../../runtime/network/gradient/gradientGraph.js';
import { splitGradient } from '../../runtime/network/gradient/splitGradient.js';
import type { Graph } from '../../runtime/network/graph.js';
import type { Adaptation } from '../../runtime/network/parameters.js';
import { synthesisGraph } from '../../runtime/network/synthesis.js';
import { moduleValue, networkPickle } from '../checkpoint/networkWriter.js';
import { joinBytes } from '../checkpoint/pickleWriter.js';
import { smallSizes, syntheticNetwork } from '../checkpoint/syntheticNetwork.js';
import { interpret } from './interpreter.js';

const bias = 'backbone.synthesis.b8.conv1.bias';
const wrt = ['ws', bias];
const adaptation: Adaptation = {
  lora: () => ({ weight: 1, affine: 1, map: 0 }),
  isInput: (name) => name === bias,
};

/** Blocks b4 and b8 of a few channels. */
async function smallBase(): Promise<Base> {
  const network = syntheticNetwork({ ...smallSizes, widths: smallSizes.widths.slice(0, 2) });
  return readBase(bytesSource(joinBytes(networkPickle(moduleValue(network)))));
}

const random = (name: string, dims: readonly number[]): Float64Array =>
  Float64Array.from({ length: sizeOf(dims) }, (_, i) => 2 * hashUniform(hashKey(name), i) - 1);

const convolutions = (graph: Graph): number => graph.nodes.filter(({ op }) => op.startsWith('Conv')).length;

describe('splitGradient', () => {
  test('both halves give what the whole gives, bit for bit', async () => {
    const graph = synthesisGraph(await smallBase(), { adaptation });
    const feeds = Object.fromEntries(graph.inputs.map(({ name, dims }) => [name, random(name, dims)]));
    const byPlanes = { 'grad.planes': random('by planes', graph.outputs[0]!.dims) };
    const whole = interpret(gradientGraph(graph, { wrt }), { ...feeds, ...byPlanes });

    const { forward, backward, kept } = splitGradient(graph, { wrt, leastKept: 100 });
    const made = interpret(forward, feeds);
    expect(made.get('planes')).toEqual(whole.get('planes'));
    const handed = Object.fromEntries(kept.map(({ name }) => [name, made.get(name)!.data]));
    const needed = backward.inputs.filter(({ name }) => feeds[name]).map(({ name }) => [name, feeds[name]!] as const);
    const gradients = interpret(backward, { ...Object.fromEntries(needed), ...handed, ...byPlanes });
    for (const name of wrt) {
      const gradient = gradients.get(`grad.${name}`)!;
      expect(gradient).toEqual(whole.get(`grad.${name}`));
      expect(Math.max(...gradient.data.map(Math.abs))).toBeGreaterThan(0);
    }
  });

  test('hands over what convolutions made, and nothing that follows from it at once', async () => {
    const graph = synthesisGraph(await smallBase(), { adaptation });
    const whole = gradientGraph(graph, { wrt, keepOutputs: false });
    const { forward, backward, kept } = splitGradient(graph, { wrt, leastKept: 100 });
    expect(kept.length).toBeGreaterThan(0);
    const makers = new Map(graph.nodes.flatMap(({ op, outputs }) => outputs.map((name) => [name, op] as const)));
    expect(kept.map(({ name }) => makers.get(name))).not.toContain('LeakyRelu');
    expect(forward.outputs.map(({ name }) => name)).toEqual(['planes', ...kept.map(({ name }) => name)]);
    expect(convolutions(backward)).toBeLessThanOrEqual(convolutions(whole) - kept.length);
    expect(Math.min(...kept.map(({ dims }) => sizeOf(dims)))).toBeGreaterThanOrEqual(100);
  });

  test('of a graph of small values nothing is handed over', async () => {
    const graph = synthesisGraph(await smallBase(), { adaptation });
    const { forward, kept } = splitGradient(graph, { wrt });
    expect(kept).toEqual([]);
    expect(forward.outputs).toEqual(graph.outputs);
  });
});
