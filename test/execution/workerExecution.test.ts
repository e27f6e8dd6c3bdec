import { expect, test } from '@jest/globals';
import { ShapeError } from '../../runtime/core/errors.js';
import type { Execution, Feed } from '../../runtime/execution/execution.js';
import { serveNetworks } from '../../runtime/execution/serveNetworks.js';
import type { WebExecutionOptions } from '../../runtime/execution/web.js';
import { workerExecution, type NetworkWorker } from '../../runtime/execution/workerExecution.js';
import type { Graph } from '../../runtime/network/graph.js';

/** What the worker was asked for. */
const seen: { options: WebExecutionOptions[]; loaded: string[]; disposed: number; ended: number } = {
  options: [],
  loaded: [],
  disposed: 0,
  ended: 0,
};

/** Networks that double their one input. */
function doubling(options: WebExecutionOptions = {}): Promise<Execution> {
  seen.options.push(options);
  return Promise.resolve({
    name: 'wasm',
    device: null,
    load: ({ name }: Graph) => {
      seen.loaded.push(name);
      return Promise.resolve({
        inputs: ['x'],
        run: ({ x }: Readonly<Record<string, Feed>>) => {
          if (!x || !('data' in x)) return Promise.reject(new ShapeError('network/feed', 'the input x is missing.'));
          const data = x.data.map((value) => 2 * value);
          return Promise.resolve({ y: { dims: x.dims, data, buffer: null, release: () => undefined } });
        },
        dispose: () => {
          seen.disposed++;
          return Promise.resolve();
        },
      });
    },
  });
}

function channel(): NetworkWorker {
  const { port1, port2 } = new MessageChannel();
  serveNetworks(port2, doubling);
  port1.start();
  const terminate = (): void => {
    seen.ended++;
    port1.close();
  };
  return Object.assign(port1, { terminate });
}

const graph = (name: string): Graph => ({
  name,
  nodes: [],
  initializers: new Map([['w', { dims: [2], data: Float32Array.of(1, 2) }]]),
  inputs: [],
  outputs: [],
  dims: new Map(),
});

test('networks run in a worker, and what goes wrong there is thrown here as what it was', async () => {
  const execution = await workerExecution({ threads: 3, createWorker: channel });
  expect([execution.device, seen.options.at(-1)!.threads]).toEqual([null, 3]);
  const session = await execution.load(graph('backbone'));
  expect([session.inputs, seen.loaded.at(-1)]).toEqual([['x'], 'backbone']);
  const data = Float32Array.of(1, 2, 3);
  const { y } = await session.run({ x: { dims: [3], data } });
  expect([y!.dims, [...y!.data!], [...data]]).toEqual([[3], [2, 4, 6], [1, 2, 3]]);
  const failed = session.run({});
  await expect(failed).rejects.toThrow(ShapeError);
  await expect(failed).rejects.toMatchObject({ code: 'network/feed' });
  await session.dispose();
});

test('the worker ends with its last session, and the next one starts another', async () => {
  const before = seen.ended;
  const execution = await workerExecution({ createWorker: channel });
  const [first, second] = [await execution.load(graph('a')), await execution.load(graph('b'))];
  await first.dispose();
  await first.dispose();
  expect(seen.ended).toBe(before);
  await second.dispose();
  expect(seen.ended).toBe(before + 1);
  const third = await execution.load(graph('c'));
  const { y } = await third.run({ x: { dims: [1], data: Float32Array.of(4) } });
  expect([...y!.data!]).toEqual([8]);
  await third.dispose();
  expect(seen.ended).toBe(before + 2);
});

test('a page that can start no worker is told so', async () => {
  const createWorker = (): never => {
    throw new Error('of another origin');
  };
  await expect(workerExecution({ createWorker })).rejects.toMatchObject({
    code: 'network/worker',
    message: expect.stringContaining('of another origin') as unknown,
  });
});
