import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import '@babylonjs/core/Animations/animatable.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TimingTools } from '@babylonjs/core/Misc/timingTools.js';
import { Scene } from '@babylonjs/core/scene.js';
import { GpuLedger } from '../../../bench/gpuLedger.js';
import { CreatePersonalizedHeadAsync, PersonalizedHead, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { nodeEngine, type NodeEngine } from '../image/nodeEngine.js';
import { savePicture } from '../image/savePicture.js';

const side = 48;
const patience = 600_000;
let node: NodeEngine;
let scene: Scene;
let head: PersonalizedHeadMesh;
let ledger: GpuLedger;
/** What the device holds for a scene without heads. */
let empty: number;
const { fetch } = globalThis;

beforeAll(async () => {
  globalThis.fetch = async (input) => new Response(await readFile(input as string));
  node = await nodeEngine(side, side);
  scene = new Scene(node.engine);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
  camera.setTarget(Vector3.Zero());
  camera.fov = 0.5;
  camera.minZ = 0.05;
  ledger = new GpuLedger(node.device());
  await node.frame(scene);
  empty = ledger.objects;
  head = await CreatePersonalizedHeadAsync('head', 'assets/base.safetensors', scene, {
    seed: 2,
    quality: { resolution: side, movingResolution: side, depthResolution: 12, depthResolutionImportance: 8 },
  });
}, patience);
afterAll(() => {
  globalThis.fetch = fetch;
});

/** The scene with the newest face, shaders compiled. */
async function shot(name?: string): Promise<Uint8Array> {
  await head.whenSettledAsync();
  for (let frame = 0; frame < 8; frame++) await node.frame(scene);
  const pixels = await node.pixels();
  if (name) savePicture(name, pixels, side);
  return pixels;
}

/** Mean difference in a band of rows, 0..255. */
function difference(a: Uint8Array, b: Uint8Array, top = 0, bottom = side): number {
  const [from, to] = [top * side * 4, bottom * side * 4];
  return a.subarray(from, to).reduce((sum, value, i) => sum + Math.abs(value - b[from + i]!), 0) / (to - from);
}

/** Largest difference, 0..255. */
const largest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test(
  'what the morph targets and the pose say is what the image shows, keyframed or set',
  async () => {
    expect(PersonalizedHead.Of(head)!.isReady()).toBe(true);
    const neutral = await shot('node-neutral');
    expect(PersonalizedHead.Of(head)!.showsImage).toBe(true);
    const { morphTargetManager: manager } = head;
    const smile = async (amount: number): Promise<Uint8Array> => {
      for (const name of ['mouthSmileLeft', 'mouthSmileRight']) manager!.getTargetByName(name)!.influence = amount;
      return shot(`node-smile-${amount}`);
    };
    const smiles = new Map([
      [0, neutral],
      [15, await smile(0.5)],
      [30, await smile(1)],
    ]);
    const smiling = smiles.get(30)!;
    expect(largest(smiles.get(15)!, neutral)).toBeGreaterThan(10);
    expect(largest(smiles.get(15)!, smiling)).toBeGreaterThan(10);
    // The mouth moves, the crown does not.
    expect(difference(neutral, smiling, 27, 38)).toBeGreaterThan(3 * difference(neutral, smiling, 6, 16));
    head.smile = 0;

    const group = new AnimationGroup('smile', scene);
    const animation = new Animation('smile', 'smile', 30, Animation.ANIMATIONTYPE_FLOAT);
    animation.setKeys([
      { frame: 0, value: 0 },
      { frame: 30, value: 1 },
    ]);
    group.addTargetedAnimation(animation, head);
    group.start();
    group.pause();
    for (const frame of [30, 15, 0]) {
      group.goToFrame(frame);
      expect(largest(await shot(), smiles.get(frame)!)).toBeLessThanOrEqual(2);
    }
    group.dispose();

    head.pose.yaw = 0.6;
    const turned = await shot('node-turned');
    expect(difference(turned, neutral)).toBeGreaterThan(2);
    head.pose.yaw = 0;
    head.seed = 4;
    expect(difference(await shot('node-seed-4'), neutral)).toBeGreaterThan(2);

    scene.removeMesh(head);
    const empty = await shot();
    scene.addMesh(head);
    await head.whenReadyAsync();
    head.seed = 2;
    expect(difference(await shot(), neutral)).toBeLessThan(0.01);
    expect(difference(empty, neutral)).toBeGreaterThan(5);
  },
  patience,
);

test(
  'heads that come and go leave nothing on the graphics device',
  async () => {
    const left: number[] = [];
    for (let i = 0; i < 3; i++) {
      const clone = head.clone(`clone ${i}`) as PersonalizedHeadMesh;
      clone.position.x = 0.3;
      await clone.whenReadyAsync();
      await shot(i === 0 ? 'node-clone' : undefined);
      expect(PersonalizedHead.Of(clone)!.showsImage).toBe(true);
      clone.dispose();
      await shot();
      left.push(ledger.objects);
    }
    expect(left[2]).toBe(left[1]);
    // With the last head the base goes.
    expect(left[2]).toBeGreaterThan(empty + 10);
    head.dispose();
    await new Promise<void>((resolve) => TimingTools.SetImmediate(() => resolve()));
    for (let frame = 0; frame < 4; frame++) await node.frame(scene);
    // Babylon miscounts the users of standard materials' shaders and keeps the uniforms of this one for the next.
    expect(ledger.objects).toBeLessThanOrEqual(empty + 1);
  },
  patience,
);
