import { expect, jest, test } from '@jest/globals';
import { Tensor } from 'onnxruntime-web/webgpu';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import type { Base } from '../../runtime/checkpoint/index.js';
import { ShapeError } from '../../runtime/core/errors.js';
import { CapturedSession } from '../../runtime/execution/capturedSession.js';
import type { Feed, LoadOptions, Output, Session } from '../../runtime/execution/execution.js';
import { nodeWebExecution } from '../../runtime/execution/nodeWeb.node.js';
import { Generator } from '../../runtime/generator/generator.js';
import { readFloats } from '../../runtime/render/gpu/buffers.js';
import { expectClose, maxAbs } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { goldenPersons, hashedPerson } from '../network/persons.js';
import { cpu, goldenTensorOf, repeatW } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';

/** Counts what a device is asked to make while `body` runs. */
async function countBindGroups(device: GPUDevice, body: () => Promise<unknown>): Promise<number> {
  const original = device.createBindGroup.bind(device);
  let made = 0;
  device.createBindGroup = (descriptor) => {
    made++;
    return original(descriptor);
  };
  try {
    await body();
  } finally {
    device.createBindGroup = original;
  }
  return made;
}

test('a captured backbone is replayed for every latent and person, and issues no commands anew', async () => {
  const device = await testDevice();
  const web = await nodeWebExecution(device);
  const sessions: CapturedSession[] = [];
  const notices: string[] = [];
  const execution = {
    ...web,
    load: async (graph: Parameters<typeof web.load>[0], options?: LoadOptions) => {
      const session = await web.load(graph, options);
      if (session instanceof CapturedSession) sessions.push(session);
      return session;
    },
  };
  const tiny = await tinyBase();
  const base: Base = { ...tiny, config: { ...tiny.config, superresolution: null } };
  const whole = hashedPerson(base, goldenPersons.my3dgen_r2_a3!);
  const part = [...whole.tensors].filter(([name]) => name.startsWith('backbone.synthesis.b8.conv0.'));
  const people = [1, -0.7].map((gain) => ({
    ...whole,
    tensors: new Map(part.map(([name, { dims, data }]) => [name, { dims, data: data.map((v) => gain * v) }] as const)),
  }));
  const options = { keepOnGpu: true, capture: true, onNotice: (message: string) => notices.push(message) };
  const generator = new Generator(base, execution, options);
  const reference = new Generator(base, await cpu());
  const latents = [0, 1].map((seed) => repeatW(goldenTensorOf('tiny_main', `z${seed}.w`), 8));
  const count = 3 * 32 * 32 * 32;
  const planes = async (latent: number, person: number): Promise<Float32Array> => {
    const output = await generator.planes(latents[latent]!, generator.prepare(people[person]!));
    const values = await readFloats(device, output.buffer!, count);
    output.release();
    return values;
  };
  const plainGroups = await countBindGroups(device, () => planes(0, 0));
  expect(plainGroups).toBeGreaterThan(20);
  const [session] = sessions;
  await session!.proven();
  expect([sessions.length, session!.replays, notices]).toEqual([1, true, []]);
  const seen: Float32Array[] = [];
  const givenBack = jest.spyOn(Tensor.prototype, 'dispose');
  for (const [latent, person] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ] as const) {
    let values: Float32Array | null = null;
    expect(await countBindGroups(device, async () => (values = await planes(latent, person)))).toBe(0);
    const expected = await reference.planes(latents[latent]!, reference.prepare(people[person]!));
    expectClose(values!, expected.data!, 4e-5, `latent ${latent}, person ${person}`);
    seen.push(values!);
  }
  // What ONNX Runtime makes anew for each replay's output.
  expect(givenBack).toHaveBeenCalledTimes(seen.length);
  givenBack.mockRestore();
  expect(maxAbs(seen[1]!, seen[2]!)).toBeGreaterThan(1e-3);
  // Another network between two replays.
  await generator.map(new Float32Array(generator.layout.zDim).fill(0.1), frontalCamera(base.config.camera));
  expect(await planes(1, 0)).toEqual(seen[1]);

  // Two heads ask at once, and the first reads when the second has run: each has its own planes.
  const [first, second] = await Promise.all(
    [0, 1].map((latent) => generator.planes(latents[latent]!, generator.prepare(people[0]!))),
  );
  expect(await readFloats(device, first!.buffer!, count)).toEqual(seen[0]);
  expect(await readFloats(device, second!.buffer!, count)).toEqual(seen[1]);
  first!.release();
  second!.release();
  await expect(session!.run({})).rejects.toThrow(ShapeError);
  await expect(session!.run({ other: { dims: [1], data: Float32Array.of(1) } })).rejects.toThrow('no input other');
  await generator.dispose();
  await reference.dispose();
});

/** A session that answers with a function of its feeds, and counts. */
function played(answer: (run: number, x: number) => number): Session & { runs: number; disposed: number } {
  const session = {
    inputs: ['x'],
    runs: 0,
    disposed: 0,
    run: (feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Output>> => {
      const x = (feeds.x as { data: Float32Array }).data[0]!;
      const data = Float32Array.of(answer(session.runs++, x));
      return Promise.resolve({ y: { dims: [1], data, buffer: null, release: () => undefined } });
    },
    dispose: () => {
      session.disposed++;
      return Promise.resolve();
    },
  };
  return session;
}

const feed = (x: number): { x: Feed } => ({ x: { dims: [1], data: Float32Array.of(x) } });
const device = {} as GPUDevice;

test.each<[string, (run: number, x: number) => number, string]>([
  ['keeps what it recorded', () => 2 * 0.9 * 5, 'deviates from a plain one by 0.1 '],
  ['binds something else', (run, x) => (run === 0 ? 2 * x : 7), 'deviates'],
  ['gives no numbers', () => NaN, 'deviates from a plain one by NaN'],
])('a replay that %s is found out, and runs stay plain', async (_, replay, why) => {
  const [plain, bound] = [played((__, x) => 2 * x), played(replay)];
  const notices: string[] = [];
  const session = new CapturedSession(
    'network n',
    device,
    plain,
    () => Promise.resolve(bound),
    (m) => notices.push(m),
  );
  await session.run(feed(5));
  await session.proven();
  expect([session.replays, bound.disposed, plain.disposed]).toEqual([false, 1, 0]);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain(why);
  const { y } = await session.run(feed(3));
  expect(y!.data![0]).toBe(6);
  expect(notices).toHaveLength(1);
  await session.dispose();
  expect(plain.disposed).toBe(1);
});

test('ONNX Runtime may refuse to record; a network that is disposed meanwhile leaves nothing', async () => {
  const plain = played((_, x) => 2 * x);
  const notices: string[] = [];
  const refused = new CapturedSession(
    'network n',
    device,
    plain,
    () => Promise.reject(new Error('no nodes there')),
    (m) => notices.push(m),
  );
  await refused.run(feed(1));
  await refused.proven();
  expect(notices).toEqual([
    "network n: its runs are not replayed, which costs time on the page's thread: no nodes there.",
  ]);
  const [again, bound] = [played((_, x) => 2 * x), played((_, x) => 2 * x)];
  const session = new CapturedSession(
    'network n',
    device,
    again,
    () => Promise.resolve(bound),
    (m) => notices.push(m),
  );
  await session.run(feed(1));
  await Promise.all([session.dispose(), session.dispose()]);
  expect([again.disposed, bound.disposed, notices.length]).toEqual([1, 1, 1]);
});
