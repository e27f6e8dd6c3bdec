import { expect, test } from '@jest/globals';
import { loadOrtSession, Queue, type OnnxRuntime } from '../../runtime/execution/ortSession.js';
import type { Graph } from '../../runtime/network/graph.js';

const graph: Graph = { name: 'n', nodes: [], initializers: new Map(), inputs: [], outputs: [], dims: new Map() };

/** Runs wait to be finished; what is done is written down. */
function stub(location: 'cpu' | 'gpu-buffer'): { ort: OnnxRuntime; done: string[]; finish: (() => void)[] } {
  const done: string[] = [];
  const finish: (() => void)[] = [];
  const y = { dims: [1], location, data: Float32Array.of(3), gpuBuffer: {}, dispose: () => done.push('given back') };
  const run = (): Promise<unknown> =>
    new Promise((resolve) => {
      finish.push(() => {
        done.push('run');
        resolve({ y });
      });
    });
  const session = { run, release: () => Promise.resolve(void done.push('session')) };
  const ort = { InferenceSession: { create: () => Promise.resolve(session) }, Tensor: null };
  return { ort: ort as unknown as OnnxRuntime, done, finish };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test.each([
  ['gpu-buffer', ['run', 'run', 'given back', 'session']],
  ['cpu', ['run', 'given back', 'run', 'session']],
] as const)(
  'an output in a %s is given back when no other run is under way, if it matters',
  async (location, order) => {
    const { ort, done, finish } = stub(location);
    const session = await loadOrtSession(ort, graph, new Queue(), {}, { keepOnGpu: true });
    const first = session.run({});
    await turn();
    finish[0]!();
    const { y } = await first;
    const second = session.run({});
    await turn();
    y!.release();
    await turn();
    finish[1]!();
    await second;
    await session.dispose();
    expect(done).toEqual(order);
  },
);
