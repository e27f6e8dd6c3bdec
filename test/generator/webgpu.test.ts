import { beforeAll, expect, test } from '@jest/globals';
import type { Base } from '../../runtime/checkpoint/index.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import { DeviceError } from '../../runtime/core/errors.js';
import { CapturedSession } from '../../runtime/execution/capturedSession.js';
import type { Execution } from '../../runtime/execution/execution.js';
import { sizeOf } from '../../runtime/core/tensor.js';
import { ExpressedPlanes } from '../../runtime/expression/expressedPlanes.js';
import { PlaneMotion } from '../../runtime/expression/planeMotion.js';
import { nodeWebExecution } from '../../runtime/execution/nodeWeb.node.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { GraphBuilder } from '../../runtime/network/graph.js';
import { scale } from '../../runtime/network/operators.js';
import { readFloats } from '../../runtime/render/gpu/buffers.js';
import { tolerance } from '../core/manifest.js';
import { expectClose, maxAbs } from '../harness/compare.js';
import { sheets } from '../expression/sheets.js';
import { testDevice } from '../harness/gpu.js';
import { goldenPersons, hashedPerson } from '../network/persons.js';
import { cpu, goldenTensorOf, repeatW } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';
import { goldenCamera } from '../render/goldenScene.js';
import { wsOfSeed } from './scene.js';

// ONNX Runtime's WebGPU provider on the renderer's own device. Its many shaders take a software adapter a while to
// compile, so there is no super-resolution here, and a person of one layer.
let device: GPUDevice;
let execution: Execution;

beforeAll(async () => {
  device = await testDevice();
  execution = await nodeWebExecution(device);
});

test('planes stay on the device on their way to the picture', async () => {
  const base = await tinyBase();
  const bare: Base = { ...base, config: { ...base.config, superresolution: null } };
  const generator = new Generator(bare, execution, { keepOnGpu: true });
  const headRenderer = await HeadRenderer.create(generator, { device });
  const ws = await wsOfSeed(generator, 1);
  expectClose(ws.data.subarray(0, 32), goldenTensorOf('tiny_main', 'z1.w').data, tolerance('ws'), 'w');
  await headRenderer.setFace(ws);
  expect(headRenderer.planes).toBeNull();
  for (const name of ['A', 'B'] as const) {
    const { image, depth } = await headRenderer.render(goldenCamera(name));
    const expected = (array: string) => goldenTensorOf('tiny_main', `z1.${name}.${array}`).data;
    expectClose(image.data, expected('image_raw'), tolerance('image_raw'), 'image_raw');
    expectClose(depth.data, expected('depth'), tolerance('image_depth'), 'depth');
  }
  await headRenderer.dispose();
  await generator.dispose();
});

function oneLayer(base: Base): PersonFile {
  const whole = hashedPerson(base, goldenPersons.my3dgen_r2_a3!);
  const part = [...whole.tensors].filter(([name]) => name.startsWith('backbone.synthesis.b8.conv0.'));
  expect(part).toHaveLength(4);
  return { ...whole, tensors: new Map(part) };
}

test('a person beside the base', async () => {
  const base = await tinyBase();
  const person = oneLayer(base);
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const planes: Float32Array[] = [];
  for (const each of [execution, await cpu()]) {
    const generator = new Generator(base, each, { person });
    planes.push((await generator.planes(ws)).data!);
    await generator.dispose();
  }
  expectClose(planes[0]!, planes[1]!, tolerance('planes'), 'planes');
  expect(maxAbs(planes[0]!, goldenTensorOf('tiny_main', 'z0.planes').data)).toBeGreaterThan(1e-3);
});

test('an expression that is added to a person runs two networks by turns, and both are replayed', async () => {
  const base = await tinyBase();
  const person = oneLayer(base);
  const look = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const ws = { ...look, data: look.data.map((value, i) => value + (i % 32 === 3 ? 0.5 : 0)) };
  const raises = [0.5, 0.8];
  const recorded: CapturedSession[] = [];
  const recording: Execution = {
    ...execution,
    load: async (graph, options) => {
      const session = await execution.load(graph, options);
      if (session instanceof CapturedSession) recorded.push(session);
      return session;
    },
  };
  const planes: Float32Array[][] = [];
  for (const each of [recording, await cpu()]) {
    const notices: string[] = [];
    const onNotice = (message: string) => void notices.push(message);
    const generator = new Generator(base, each, { person, keepOnGpu: true, capture: true, onNotice });
    const expressed = new ExpressedPlanes(generator, new PlaneMotion(base, sheets(base)));
    const round = async (): Promise<Float32Array[]> => {
      const seen: Float32Array[] = [];
      for (const raise of raises) {
        const output = await expressed.planes(ws, { look, amounts: new Map([['raise', raise]]) });
        const { data, buffer, dims } = output;
        expect(buffer === null).toBe(each.device === null);
        seen.push(data ?? (await readFloats(device, buffer!, sizeOf(dims))));
        output.release();
      }
      return seen;
    };
    planes.push(await round());
    if (each.device) {
      // The proofs go on while the networks run, in whatever order.
      await Promise.all(recorded.map((session) => session.proven()));
      planes.push(await round());
      expect(recorded.map(({ replays }) => replays)).toEqual([true, true]);
    }
    await generator.dispose();
    expect(notices).toEqual([]);
  }
  const [plain, replayed, expected] = planes;
  for (const i of [0, 1]) {
    expectClose(plain![i]!, expected![i]!, tolerance('planes'), 'planes');
    expectClose(replayed![i]!, expected![i]!, tolerance('planes'), 'replayed planes');
  }
  expect(maxAbs(plain![0]!, plain![1]!)).toBeGreaterThan(1e-3);
});

test('buffers of the device go in and come out; the CPU refuses them', async () => {
  expect([execution.name, execution.device]).toEqual(['webgpu', device]);
  const g = new GraphBuilder('double');
  g.output('y', scale(g, g.input('x', [2, 3]), 2));
  const graph = g.build();
  const buffer = device.createBuffer({ size: 32, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(buffer, 0, Float32Array.of(1, 2, 3, 4, 5, -6));
  const session = await execution.load(graph, { keepOnGpu: true });
  const { y } = await session.run({ x: { dims: [2, 3], buffer } });
  expect([y!.data, y!.dims]).toEqual([null, [2, 3]]);
  expect(await readFloats(device, y!.buffer!, 6)).toEqual(Float32Array.of(2, 4, 6, 8, 10, -12));
  y!.release();
  await session.dispose();

  const onCpu = await (await cpu()).load(graph);
  await expect(onCpu.run({ x: { dims: [2, 3], buffer } })).rejects.toThrow(DeviceError);
  await expect(onCpu.run({ x: { dims: [2, 3], buffer } })).rejects.toThrow(
    'x lies on a GPU, but this execution runs elsewhere',
  );
  await onCpu.dispose();
  buffer.destroy();
});
