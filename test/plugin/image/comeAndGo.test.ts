import { beforeAll, expect, jest, test } from '@jest/globals';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Scene } from '@babylonjs/core/scene.js';
import { GpuLedger } from '../../../bench/gpuLedger.js';
import { baseModelCount } from '../../../plugin/image/baseModels.js';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { createHeadModelAsync } from '../../../plugin/image/headModel.js';
import { serve } from '../node/files.js';
import { alice } from '../node/stage.js';
import { ballBase, ballNetwork, ballWs } from './ballBase.js';
import { nodeEngine, type NodeEngine } from './nodeEngine.js';

const rounds = 100;
const quality = { resolution: 32, movingResolution: 32, depthResolution: 6, depthResolutionImportance: 0 };
let node: NodeEngine;
let scene: Scene;
let ledger: GpuLedger;

beforeAll(async () => {
  node = await nodeEngine(16, 16);
  scene = new Scene(node.engine);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
  camera.setTarget(Vector3.Zero());
  ledger = new GpuLedger(node.device());
  await node.frame(scene);
});

/** Babylon lets go of shaders a moment after their meshes have gone, and of memory at the end of a frame. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await node.frame(scene);
  await node.frame(scene);
}

test('a hundred times images of heads and their base come and go, and nothing is left on the device', async () => {
  const base = await ballBase();
  const network = ballNetwork(base);
  const before = ledger.objects;
  let [most, drawn] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const model = await createHeadModelAsync(node.engine, { base, execution: network.execution, quality });
    const heads = [0, 0.2].map((x) => {
      const head = new HeadImage('guest', scene, model);
      head.node.position.x = x;
      head.minimumPixels = 1;
      head.ws = ballWs(base, 0.2);
      return head;
    });
    for (const head of heads) await head.whenSettledAsync();
    for (let frame = 0; frame < 20 && !heads.every(({ showsImage }) => showsImage); frame++) await node.frame(scene);
    await node.frame(scene);
    drawn += heads.filter(({ showsImage }) => showsImage).length;
    most = Math.max(most, ledger.objects - before);
    for (const head of heads) head.dispose();
    await model.disposeAsync();
    await settle();
    expect([round, ledger.objects - before]).toEqual([round, 0]);
  }
  expect(drawn).toBe(2 * rounds);
  expect(most).toBeGreaterThan(10);
  expect([network.sessions, network.disposed]).toEqual([rounds, rounds]);
  expect(baseModelCount(node.engine)).toBe(0);
  expect([scene.meshes.length, scene.textures.length]).toEqual([0, 0]);
  expect(scene.materials.map(({ name }) => name)).toEqual(['default material']);
});

test('a hundred times heads’ meshes come and go, and nothing more is left than Babylon keeps of the first', async () => {
  serve();
  // There is nothing in Node that reads pictures.
  const warn = jest.spyOn(Logger, 'Warn').mockImplementation(() => undefined);
  const left: number[] = [];
  let most = 0;
  for (let round = 0; round < rounds; round++) {
    const head = await alice(scene, { image: false });
    head.expression.jawOpen = 0.5;
    for (let frame = 0; frame < 20 && !head.isReady(true); frame++) await node.frame(scene);
    await node.frame(scene);
    most = Math.max(most, ledger.objects);
    head.dispose();
    await settle();
    left.push(ledger.objects);
  }
  warn.mockRestore();
  expect(new Set(left.slice(1)).size).toBe(1);
  expect(left[0]).toBeLessThanOrEqual(left[1]!);
  expect(most).toBeGreaterThan(left[1]! + 4);
});

test('the network loads while kernels compile', async () => {
  const base = await ballBase();
  const network = ballNetwork(base);
  const device = node.device();
  const compile = device.createComputePipelineAsync.bind(device);
  const late: number[] = [];
  device.createComputePipelineAsync = async (descriptor) => {
    const pipeline = await compile(descriptor);
    if (descriptor.label === 'render/march.wgsl') late.push(network.sessions);
    return pipeline;
  };
  const model = await createHeadModelAsync(node.engine, { base, execution: network.execution, quality });
  device.createComputePipelineAsync = compile;
  expect(late).toEqual([1]);
  await model.disposeAsync();
  expect(network.disposed).toBe(1);
});
