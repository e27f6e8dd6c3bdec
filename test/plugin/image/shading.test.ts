import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Scene } from '@babylonjs/core/scene.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3, Vector4 } from '@babylonjs/core/Maths/math.vector.js';
import { headExtent, type Point } from '../../../plugin/image/headCamera.js';
import { sightOf } from '../../../plugin/image/sight.js';
import { readFloats } from '../../../runtime/render/gpu/buffers.js';
import { background, ballScene, type BallScene } from './ballScene.js';
import { readTexture } from './nodeEngine.js';
import { savePicture } from './savePicture.js';
import { shadePixel, type Shading } from './shadeTwin.js';

// Odd, and no square.
const [width, height] = [45, 31];
let stage: BallScene;

beforeAll(async () => {
  stage = await ballScene(width, height);
  const { camera, head } = stage;
  head.resolution = 37;
  camera.position.set(0.5, 0.3, -1.1);
  camera.setTarget(new Vector3(0.05, -0.02, 0));
});

beforeEach(() => {
  const { scene, head } = stage;
  scene.fogMode = Scene.FOGMODE_NONE;
  scene.fogColor = new Color3(0.9, 0.3, 0.2);
  scene.imageProcessingConfiguration.applyByPostProcess = false;
  Object.assign(head, { tint: Color3.White(), exposure: 1 });
});

const plain: Shading = { tint: [1, 1, 1], opacity: 1, fog: [0, 0, 0, 0], fogColor: [0.9, 0.3, 0.2], linear: false };

/** Copies the depth texture: [R, R, 2]. */
async function depthTexels(): Promise<Float32Array> {
  const { head, node } = stage;
  const side = head.depthTexture.getSize().width;
  const texture = head.depthTexture.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
  const bytesPerRow = 256 * Math.ceil((side * 8) / 256);
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = node.device().createBuffer({ size: bytesPerRow * side, usage });
  const encoder = node.device().createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [side, side]);
  node.device().queue.submit([encoder.finish()]);
  const rows = await readFloats(node.device(), buffer, (bytesPerRow * side) / 4);
  buffer.destroy();
  return Float32Array.from(
    { length: side * side * 2 },
    (_, i) => rows[Math.floor(i / (2 * side)) * (bytesPerRow / 4) + (i % (2 * side))]!,
  );
}

/** The canvas as the twin draws it, from the head's own textures. */
async function expected(shading: Shading): Promise<Uint8Array> {
  const { camera, head, base, node } = stage;
  const colorTexture = head.texture.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
  const bytes = await readTexture(node.device(), colorTexture);
  const picture = { color: Float32Array.from(bytes, (value) => value / 255), depth: await depthTexels() };
  expect(Math.sqrt(picture.color.length / 4)).toBe(37);
  const { view } = sightOf(camera, head.node.getWorldMatrix(), headExtent(base.config), height)!;
  const [m, p] = [camera.getWorldMatrix().asArray(), camera.getProjectionMatrix().asArray()];
  const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a: Point, b: Point): Point => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const normal = cross(view.right, view.down);
  const out = new Uint8Array(width * height * 4);
  const { r, g, b } = background;
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(2 * ((i % width) + 0.5)) / width - 1, 1 - (2 * (Math.floor(i / width) + 0.5)) / height];
    // The pixel's ray, in head space: z is mirrored.
    const along = [0, 1, 2].map(
      (axis) => (axis === 2 ? -1 : 1) * ((x / p[0]) * m[axis]! + (y / p[5]) * m[4 + axis]! + m[8 + axis]!),
    ) as unknown as Point;
    const t = -dot(view.eye, normal) / dot(along, normal);
    const point = along.map((value, axis) => view.eye[axis]! + t * value) as unknown as Point;
    const u = 0.5 + dot(point, view.right) / dot(view.right, view.right);
    const v = 0.5 - dot(point, view.down) / dot(view.down, view.down);
    const inside = u >= 0 && u <= 1 && v >= 0 && v <= 1;
    const away = (hit: Point): number => Math.hypot(...hit.map((value, axis) => value - view.eye[axis]!));
    const pixel = inside ? shadePixel(picture, view, point, [u, v], shading, away) : null;
    const [red, green, blue, alpha] = pixel?.color ?? [0, 0, 0, 0];
    [red, green, blue].forEach((value, c) => {
      out[4 * i + c] = Math.round(255 * Math.min(1, value! + (1 - alpha!) * [r, g, b][c]!));
    });
    out[4 * i + 3] = 255;
  }
  return out;
}

async function expectTwin(name: string, shading: Shading): Promise<void> {
  const drawn = await stage.shot();
  const twin = await expected(shading);
  savePicture(`shading-${name}`, drawn, width);
  savePicture(`shading-${name}-twin`, twin, width);
  const most = Math.max(...drawn.map((value, i) => Math.abs(value - twin[i]!)));
  expect(most).toBeLessThanOrEqual(2);
  expect(drawn.some((value, i) => i % 4 === 0 && Math.abs(value - 25.5) > 20)).toBe(true);
}

test('a picture is drawn as its twin draws it', () => expectTwin('plain', plain));

test.each([
  ['linear', Scene.FOGMODE_LINEAR],
  ['exponential', Scene.FOGMODE_EXP],
  ['squared', Scene.FOGMODE_EXP2],
])('%s fog', async (name, mode) => {
  const { scene } = stage;
  Object.assign(scene, { fogMode: mode, fogStart: 0.7, fogEnd: 1.6, fogDensity: 0.6 });
  await expectTwin(`fog-${name}`, { ...plain, fog: [mode, 0.7, 1.6, 0.6] });
});

test('a neckline', async () => {
  stage.head.neckline = new Vector4(1, 3, -0.5, 0.7);
  await expectTwin('neckline', { ...plain, neckline: [1, 3, -0.5, 0.7] });
  stage.head.neckline = new Vector4(0, 0, 0, 1);
});

test('tint, exposure and visibility', async () => {
  const { head, scene } = stage;
  Object.assign(head, { tint: new Color3(1, 0.6, 0.3), exposure: 0.5 });
  const quad = scene.getMeshByName('head picture')!;
  quad.visibility = 0.7;
  const light = 0.5 ** (1 / 2.2);
  await expectTwin('look', { ...plain, tint: [light, 0.6 * light, 0.3 * light], opacity: 0.7 });
  quad.visibility = 1;
});

test('linear light where a post-process takes it', async () => {
  stage.scene.imageProcessingConfiguration.applyByPostProcess = true;
  await expectTwin('linear', { ...plain, linear: true });
});

test('the scene’s image processing', async () => {
  const { scene, shot } = stage;
  const before = await shot();
  scene.imageProcessingConfiguration.exposure = 2;
  scene.imageProcessingConfiguration.contrast = 1.5;
  const after = await shot();
  savePicture('shading-processed', after, width);
  scene.imageProcessingConfiguration.exposure = 1;
  scene.imageProcessingConfiguration.contrast = 1;
  const middle = 4 * (Math.floor(height / 2) * width + Math.floor(width / 2));
  const channel = (value: number): number => {
    const gamma = Math.min(1, 2 * (value / 255) ** 2.2) ** (1 / 2.2);
    const high = gamma * gamma * (3 - 2 * gamma);
    return 255 * (gamma + (high - gamma) * 0.5);
  };
  for (let c = 0; c < 3; c++) expect(Math.abs(after[middle + c]! - channel(before[middle + c]!))).toBeLessThan(4);
});

test('a logarithmic depth keeps the picture', async () => {
  const { head, shot } = stage;
  const before = await shot();
  head.useLogarithmicDepth = true;
  expect(await shot()).toEqual(before);
  head.useLogarithmicDepth = false;
});
