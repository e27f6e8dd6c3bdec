import { beforeAll, expect, test } from '@jest/globals';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { HeadScheduler } from '../../../plugin/image/headScheduler.js';
import { decodeHalf } from '../../../runtime/core/half.js';
import { readFloats } from '../../../runtime/render/gpu/buffers.js';
import { FaceVolume } from '../../../runtime/render/gpu/fast/faceVolume.js';
import { PlaneTexels } from '../../../runtime/render/gpu/planeTexels.js';
import { expectClose } from '../../harness/compare.js';
import { testDevice } from '../../harness/gpu.js';
import { mixPlanes, packPlanes } from '../../render/twins.js';
import { ballWs } from './ballBase.js';
import { ballScene, type BallScene } from './ballScene.js';
import { readTexture } from './nodeEngine.js';

let stage: BallScene;
let time = 0;
const frameMs = 1000 / 60;

beforeAll(async () => {
  stage = await ballScene(24, 24);
  const { head, scene, shot } = stage;
  head.resolution = head.movingResolution = 64;
  HeadScheduler.Of(scene).now = () => time;
  await shot();
});

/** The next frame of a display, with a ball of that radius. Returns the sum of its picture's alphas. */
async function frameOf(radius?: number): Promise<number> {
  const { node, scene, head, base } = stage;
  time += frameMs;
  if (radius !== undefined) head.ws = ballWs(base, radius);
  await node.frame(scene);
  const texels = await picture();
  return texels.reduce((sum, value, i) => sum + (i % 4 === 3 ? value : 0), 0);
}

function picture(): Promise<Uint8Array> {
  const gpu = stage.head.texture.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
  return readTexture(stage.node.device(), gpu);
}

/** Told as a boolean: two pictures that differ would fill the screen. */
const same = (a: Uint8Array, b: Uint8Array): boolean => a.every((value, i) => value === b[i]);

/** The picture of that radius at rest. */
async function exactly(radius: number): Promise<Uint8Array> {
  const { head, base } = stage;
  head.ws = ballWs(base, radius);
  await head.whenSettledAsync();
  await frameOf();
  return picture();
}

test('a keyframed face moves in every frame, the network runs 30 times a second, and rest is exact', async () => {
  const { network, head, errors } = stage;
  const last = await exactly(0.32);
  await exactly(0.2);
  for (let i = 0; i < 10; i++) await frameOf();
  const keys = new Animation('smile', 'amount', 60, Animation.ANIMATIONTYPE_FLOAT);
  keys.setKeys([
    { frame: 0, value: 0.2 },
    { frame: 36, value: 0.32 },
  ]);
  const before = network.runs;
  const seen: number[] = [];
  for (let frame = 1; frame <= 36; frame++) seen.push(await frameOf(keys.evaluate(frame) as number));
  expect(network.runs - before).toBeGreaterThanOrEqual(17);
  expect(network.runs - before).toBeLessThanOrEqual(19);
  // From the first result on, which takes at most two intervals of the network, every frame shows more of the ball.
  const steps = seen.slice(4).map((value, i) => value - seen[i + 3]!);
  expect(Math.min(...steps)).toBeGreaterThan(0);
  // Evenly: a network of 30 a second alone would move by twice the mean step, and then not at all.
  const mean = steps.reduce((sum, step) => sum + step) / steps.length;
  expect(Math.max(...steps)).toBeLessThan(1.6 * mean);
  expect(Math.min(...steps)).toBeGreaterThan(0.4 * mean);
  // The last change waits for its turn, two frames at most, and stands in the frame after its result.
  for (let i = 0; i < 4; i++) await frameOf();
  expect(same(await picture(), last)).toBe(true);
  const { renders, version } = head;
  for (let i = 0; i < 8; i++) await frameOf();
  expect([head.atRest, head.renders, head.version]).toEqual([true, renders, version]);
  expect(errors).toEqual([]);
});

test('a lone change stands in the frame after its result, without steps between', async () => {
  const large = await exactly(0.3);
  await exactly(0.22);
  for (let i = 0; i < 10; i++) await frameOf();
  const { version } = stage.head;
  await frameOf(0.3);
  await frameOf();
  expect(same(await picture(), large)).toBe(true);
  expect(stage.head.version).toBe(version + 1);
});

test('who waits for a moving face gets the newest at once', async () => {
  const { head } = stage;
  const [large, middle] = [await exactly(0.3), await exactly(0.25)];
  await exactly(0.2);
  for (let i = 1; i <= 5; i++) await frameOf(0.2 + 0.01 * i);
  // In the middle of a motion, without a frame for the turn.
  expect(same(await exactly(0.3), large)).toBe(true);
  expect(head.atRest).toBe(true);
  await frameOf(0.27);
  await frameOf(0.26);
  await head.whenSettledAsync();
  expect(same(await exactly(0.25), middle)).toBe(true);
});

test('the second planes of a face are given back when it rests', async () => {
  const { head } = stage;
  await exactly(0.2);
  time += 5000;
  await frameOf();
  const rest = head.gpuBytes;
  for (let i = 1; i <= 6; i++) await frameOf(0.2 + 0.01 * i);
  const planes = 3 * 24 * 24 * 8 * 8; // halves
  expect(head.gpuBytes - rest).toBe(planes);
  for (let i = 0; i < 5; i++) await frameOf();
  time += 2000;
  await frameOf();
  expect(head.gpuBytes).toBe(rest);
});

test('a head that loses its place in the middle of a motion comes back with its newest face', async () => {
  const { head } = stage;
  const expected = await exactly(0.31);
  await exactly(0.2);
  for (let i = 1; i <= 6; i++) await frameOf(0.2 + 0.01 * i);
  head.deactivate();
  await frameOf(0.31);
  await head.whenSettledAsync();
  await frameOf();
  expect(same(await picture(), expected)).toBe(true);
});

test.each(['float', 'half'] as const)(
  'the kernel mixes planes of %ss as its twin does, a whole share copies',
  async (format) => {
    const device = await testDevice();
    const shown = await PlaneTexels.create(device, 5, format);
    const coming = shown.sibling();
    const size = { width: 3, height: 2 };
    const numbers = 3 * 6 * 8;
    const read = async ({ buffer }: PlaneTexels): Promise<Float32Array> => {
      if (format === 'float') return readFloats(device, buffer!, numbers);
      return decodeHalf(new Uint16Array((await readFloats(device, buffer!, numbers / 2)).buffer));
    };
    const packed = async (texels: PlaneTexels, seed: number): Promise<Float32Array> => {
      const data = Float32Array.from({ length: 3 * 5 * 6 }, (_, i) => 100 * Math.sin(seed * i + i * i));
      const output = device.createBuffer({
        size: data.byteLength,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      });
      device.queue.writeBuffer(output, 0, data);
      texels.pack(output, size);
      const found = await read(texels);
      expectClose(found, packPlanes({ dims: [3, 5, 2, 3], data }), format === 'float' ? 0 : 0.04, 'packed');
      return found;
    };
    const before = await packed(shown, 1);
    shown.mix(coming, 0.5);
    expect(await read(shown)).toEqual(before);
    const to = await packed(coming, 2);
    shown.mix(coming, 0.3);
    expectClose(await read(shown), mixPlanes(before, to, 0.3), format === 'float' ? 3e-5 : 0.04, 'mixed');
    shown.mix(coming, 1);
    expect(await read(shown)).toEqual(to);
    shown.dispose();
    coming.dispose();
  },
);

test('a head of the embedded base that rests in view takes at most 14 MB', async () => {
  const device = await testDevice();
  const planes = await PlaneTexels.create(device, 32, 'half');
  planes.set({ dims: [3, 32, 128, 128], data: new Float32Array(3 * 32 * 128 * 128) });
  const volume = new FaceVolume(device, 128);
  const picture = 12 * 352 ** 2;
  expect(planes.bytes + volume.bytes + picture).toBeLessThan(14e6);
  planes.dispose();
  volume.dispose();
});
