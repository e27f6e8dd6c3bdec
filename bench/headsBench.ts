import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { HeadImage } from '../plugin/image/headImage.js';
import { createHeadModelAsync, type HeadModel, type HeadModelOptions } from '../plugin/image/headModel.js';
import { HeadScheduler } from '../plugin/image/headScheduler.js';
import type { Base, PersonFile } from '../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../runtime/core/hash.js';
import { sizeOf } from '../runtime/core/tensor.js';
import type { Directions } from '../runtime/latent/directions.js';
import { personParts } from '../runtime/network/personLayout.js';
import { GpuLedger } from './gpuLedger.js';
import { TextureCanvas } from './textureCanvas.js';
import { textureEngineAsync } from './textureEngine.js';
import { time, type Timing } from './timing.js';

export interface HeadTimings {
  readonly pictureSide: number;
  readonly pose: Timing;
  readonly expression: Timing;
  /** A frame in which nothing changed, with the head and without. */
  readonly idle: Timing;
  readonly without: Timing;
  /** The same two, the processor's part alone: what the page's script does before the device draws. */
  readonly idleScript: Timing;
  readonly withoutScript: Timing;
}

export interface HeadBytes {
  readonly people: number;
  /** Heads that have planes and pictures. */
  readonly active: number;
  /** What the scene with its heads takes on the GPU more than the empty scene. */
  readonly bytes: number;
}

export interface MeasuredHeads {
  readonly timings: HeadTimings;
  readonly bytes: readonly HeadBytes[];
  /** Numbers that a person adds to the processor's memory. */
  readonly personNumbers: number;
  /** GPU objects left when all heads and models are disposed. */
  readonly left: number;
}

/** A person of the published kind with factors of noise: what a learned one takes. */
function anybody(base: Base, name: string): PersonFile {
  const parts = personParts(base, { rank: 1, convention: 'standard', maps: true, replacements: true });
  const key = hashKey(name);
  const tensors = new Map(
    parts.map(({ name: tensor, dims, role }) => {
      const own = base.tensors.get(tensor.replace(/^set\./, ''));
      const spread = role === 'factorA' ? 1 : 0.01;
      const noise = (_: unknown, i: number): number => spread * (hashUniform(key, i) - 0.5);
      const data = role === 'replacement' && own ? own.data : Float32Array.from({ length: sizeOf(dims) }, noise);
      return [tensor, { dims, data }] as const;
    }),
  );
  return { baseHash: base.hash, convention: 'standard', alpha: 1, rank: 1, tensors, metadata: new Map() };
}

const runs = 5;
/** So small a share of the smile that the face hardly moves, and the network runs all the same. */
const steps = (function* counter(): Generator<number> {
  for (let i = 1; ; i++) yield i / 1000;
})();

/** Measures heads in a scene of Babylon's on this process's WebGPU. */
export async function measureHeads(
  base: Base,
  directions: Directions,
  execution: HeadModelOptions['execution'],
): Promise<MeasuredHeads> {
  const engine = await textureEngineAsync(new TextureCanvas(640, 480));
  const device = (engine as unknown as { readonly _device: GPUDevice })._device;
  const ledger = new GpuLedger(device);
  const scene = new Scene(engine);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.3), scene);
  camera.setTarget(Vector3.Zero());
  const scheduler = HeadScheduler.Of(scene);
  const frame = async (): Promise<void> => {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    await device.queue.onSubmittedWorkDone();
  };
  const script = (): Promise<void> => {
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    return Promise.resolve();
  };
  const settle = async (heads: readonly HeadImage[]): Promise<void> => {
    for (let i = 0; i < 1000; i++) {
      await frame();
      await Promise.all(heads.map((head) => head.whenSettledAsync()));
      if (scene.isReady() && heads.every((head) => !head.active || head.atRest)) return;
    }
    throw new Error('measureHeads: the heads do not come to rest.');
  };
  const make = async (index: number): Promise<{ head: HeadImage; model: HeadModel }> => {
    const person = anybody(base, `person ${index}`);
    const model = await createHeadModelAsync(engine, { base, directions, person, ...(execution ? { execution } : {}) });
    const head = new HeadImage(`head ${index}`, scene, model);
    head.node.position.set(((index % 8) - 3.5) * 0.4, (Math.floor(index / 8) - 1.5) * 0.4, 2);
    if (index === 0) head.node.position.setAll(0);
    head.ws = await model.latentOfSeedAsync(index);
    return { head, model };
  };

  await frame();
  const empty = ledger.bytes;
  const objects = ledger.objects;
  const cast = [await make(0)];
  const [{ head, model }] = cast as [(typeof cast)[0]];
  await settle([head]);
  const bytes: HeadBytes[] = [{ people: 1, active: scheduler.activeHeads, bytes: ledger.bytes - empty }];

  const pose = await time(async () => {
    head.node.rotation.y += 0.02;
    await frame();
  }, runs);
  const expression = await time(async () => {
    head.amounts = { jawOpen: steps.next().value as number };
    await head.whenSettledAsync();
    await frame();
  }, runs);
  await settle([head]);
  const pictureSide = head.texture.getSize().width;
  const before = head.renders;
  const idle = await time(frame, 50);
  const idleScript = await time(script, 200);
  if (head.renders !== before) throw new Error('measureHeads: a head at rest was drawn anew.');
  head.enabled = false;
  await frame();
  const without = await time(frame, 50);
  const withoutScript = await time(script, 200);
  head.enabled = true;

  for (const people of [8, 32]) {
    while (cast.length < people) cast.push(await make(cast.length));
    await settle(cast.map((each) => each.head));
    bytes.push({ people, active: scheduler.activeHeads, bytes: ledger.bytes - empty });
  }
  const personNumbers = [...model.person!.feeds.values()].reduce((sum, { data }) => sum + data.length, 0);
  for (const each of cast) each.head.dispose();
  await Promise.all(cast.map((each) => each.model.disposeAsync()));
  // Babylon lets go of shaders a moment later, after a frame.
  await new Promise((resolve) => setTimeout(resolve, 1));
  await frame();
  await frame();
  const left = ledger.objects - objects;
  engine.dispose();
  return {
    timings: { pictureSide, pose, expression, idle, without, idleScript, withoutScript },
    bytes,
    personNumbers,
    left,
  };
}
