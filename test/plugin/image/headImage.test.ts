import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Camera } from '@babylonjs/core/Cameras/camera.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { ShaderLanguage } from '@babylonjs/core/Materials/shaderLanguage.js';
import { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { CreatePlane } from '@babylonjs/core/Meshes/Builders/planeBuilder.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Scene } from '@babylonjs/core/scene.js';
import { GpuLedger } from '../../../bench/gpuLedger.js';
import { baseModelCount } from '../../../plugin/image/baseModels.js';
import { headExtent } from '../../../plugin/image/headCamera.js';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { HeadScheduler } from '../../../plugin/image/headScheduler.js';
import type { Camera as RayCamera } from '../../../runtime/camera/camera.js';
import type { RenderedView } from '../../../runtime/render/gpu/gpuRenderer.js';
import type { PlaneTexels } from '../../../runtime/render/gpu/planeTexels.js';
import type { RayBounds } from '../../../runtime/render/settings.js';
import { createHeadModelAsync } from '../../../plugin/image/headModel.js';
import { ballNetwork, ballPlanes, ballWs } from './ballBase.js';
import { background, ballScene, quality, type BallScene } from './ballScene.js';
import { readTexture } from './nodeEngine.js';
import { savePicture } from './savePicture.js';

const side = 48;
let stage: BallScene;
let planes: PlaneTexels;
let box: Mesh;

beforeAll(async () => {
  stage = await ballScene(side, side);
  const renderer = stage.model.renderer!;
  planes = renderer.createPlanes();
  renderer.setPlanes(ballPlanes(stage.base, 0.3), planes);
  box = CreateBox('box', { size: 0.14 }, stage.scene);
  const vertex = `attribute position: vec3f; uniform world: mat4x4f; uniform viewProjection: mat4x4f;
    @vertex fn main(input: VertexInputs) -> FragmentInputs {
      vertexOutputs.position = uniforms.viewProjection * uniforms.world * vec4f(vertexInputs.position, 1.0); }`;
  const fragment = `@fragment fn main(input: FragmentInputs) -> FragmentOutputs {
      fragmentOutputs.color = vec4f(1.0, 1.0, 0.0, 1.0); }`;
  box.material = new ShaderMaterial(
    'yellow',
    stage.scene,
    { vertexSource: vertex, fragmentSource: fragment },
    { attributes: ['position'], uniforms: ['world', 'viewProjection'], shaderLanguage: ShaderLanguage.WGSL },
  );
  box.setEnabled(false);
});

beforeEach(() => {
  const { camera, head } = stage;
  head.renderScale = 'auto';
  head.resolution = head.movingResolution = 192;
  camera.position.set(0, 0, -1.4);
  camera.setTarget(Vector3.Zero());
  head.node.position.setAll(0);
  box.setEnabled(false);
});

/** The scene's camera as the renderer takes one, in the space of a head at the origin. */
function rayCamera(camera: FreeCamera): RayCamera {
  const m = camera.getWorldMatrix().asArray();
  const p = camera.getProjectionMatrix().asArray();
  // Head space mirrors z; the camera's y points down.
  const row = (i: number, sign: number): number[] => [
    sign * m[i]!,
    -sign * m[4 + i]!,
    sign * m[8 + i]!,
    sign * m[12 + i]!,
  ];
  const cam2world = [...row(0, 1), ...row(1, 1), ...row(2, -1), 0, 0, 0, 1];
  return { cam2world, intrinsics: [p[0] / 2, 0, 0.5, 0, p[5] / 2, 0.5, 0, 0, 1] };
}

/** A march over the background, as the canvas shows it: [H, W, 4]. */
async function shown(image: RenderedView): Promise<Uint8Array> {
  const { features, alpha } = await stage.model.renderer!.read(image);
  const { r, g, b } = background;
  return Uint8Array.from({ length: side * side * 4 }, (_, i) => {
    const pixel = i >> 2;
    const c = i & 3;
    if (c === 3) return 255;
    const value = 0.5 + 0.5 * features[c * side * side + pixel]! + (1 - alpha[pixel]!) * [r, g, b][c]!;
    return Math.round(255 * Math.min(1, value));
  });
}

/** Largest and mean difference, 0..255. */
function difference(a: Uint8Array, b: Uint8Array): { most: number; mean: number } {
  const all = a.map((value, i) => Math.abs(value - b[i]!));
  return { most: Math.max(...all), mean: all.reduce((sum, value) => sum + value, 0) / all.length };
}

const pixel = (data: Uint8Array, x: number, y: number): number[] => [
  ...data.slice(4 * (y * side + x), 4 * (y * side + x) + 3),
];
const isBox = ([r, g, b]: number[]): boolean => r! > 250 && g! > 250 && b! < 5;
const isBackground = (rgb: number[]): boolean => rgb.every((value, i) => Math.abs(value - [25.5, 51, 76.5][i]!) < 1);

function boundsFor(distance: number): RayBounds {
  const { half } = headExtent(stage.base.config);
  const reach = Math.hypot(...half);
  return { start: Math.max(0.01, distance - reach), end: distance + reach, crop: half };
}

test.each([
  ['in front', [0, 0, -1.4], [0, 0, 0]],
  ['off-axis', [0.9, 0.5, -1.1], [-0.15, 0.1, 0.05]],
  ['close by', [0.1, 0.1, -0.8], [0, 0.05, 0]],
])('the quad shows what a march for the scene camera shows: %s', async (name, eye, target) => {
  const { camera, model, head, shot, errors } = stage;
  // Finer than the screen, so that resampling does not count.
  head.renderScale = 4;
  head.resolution = head.movingResolution = 256;
  camera.position.fromArray(eye);
  camera.setTarget(Vector3.FromArray(target));
  const drawn = await shot();
  savePicture(`image-${name}`, drawn, side);
  const direct = model.renderer!.render(rayCamera(camera), side, boundsFor(Math.hypot(...eye)), planes);
  const expected = await shown(direct);
  savePicture(`image-${name}-march`, expected, side);
  expect(isBackground(pixel(drawn, 1, 1))).toBe(true);
  const { most, mean } = difference(drawn, expected);
  expect(most).toBeLessThanOrEqual(2);
  expect(mean).toBeLessThan(0.5);
  expect(errors).toEqual([]);
});

test('an orthographic camera sees parallel rays', async () => {
  const { camera, model, head, shot } = stage;
  head.renderScale = 4;
  camera.mode = Camera.ORTHOGRAPHIC_CAMERA;
  [camera.orthoLeft, camera.orthoRight, camera.orthoBottom, camera.orthoTop] = [-0.4, 0.4, -0.4, 0.4];
  const drawn = await shot();
  savePicture('image-orthographic', drawn, side);
  // Cut to the box, as the picture's rays are.
  const depth = headExtent(stage.base.config).half[2];
  const at = (i: number): number => ((i + 0.5) / side - 0.5) * 0.8;
  const rays = Array.from({ length: side * side }, (_, i) => [at(i % side), -at(Math.floor(i / side)), 1]);
  const renderer = model.renderer!;
  renderer.setPlanes(ballPlanes(stage.base, 0.3));
  const image = renderer.renderRays({
    count: rays.length,
    origins: Float64Array.from(rays.flat()),
    directions: Float64Array.from(rays.flatMap(() => [0, 0, -1])),
    bounds: Float64Array.from(rays.flatMap(() => [1 - depth, 1 + depth])),
  });
  const { most, mean } = difference(drawn, await shown(image));
  camera.mode = Camera.PERSPECTIVE_CAMERA;
  expect(most).toBeLessThanOrEqual(2);
  expect(mean).toBeLessThan(0.5);
});

test('a box is hidden behind the head, hides it in front, and cuts it, in either order of depth', async () => {
  const { node, camera, shot } = stage;
  const middle = side / 2;
  const plain = await shot();
  box.setEnabled(true);
  for (const reverse of [false, true]) {
    node.engine.useReverseDepthBuffer = reverse;
    camera.getProjectionMatrix(true);
    box.position.z = 0.5;
    expect(isBox(pixel(await shot(), middle, middle))).toBe(false);
    box.position.z = -0.5;
    expect(isBox(pixel(await shot(), middle, middle))).toBe(true);
    // Out of the ball's side: covered in the middle, standing out where the ball ends.
    box.position.z = 0.05;
    box.scaling.x = 4;
    const cut = await shot();
    savePicture(`image-cut-${reverse}`, cut, side);
    pixel(cut, middle, middle).forEach((value, c) => {
      expect(Math.abs(value - pixel(plain, middle, middle)[c]!)).toBeLessThan(12);
    });
    expect(isBox(pixel(cut, middle - 9, middle))).toBe(true);
    box.scaling.x = 1;
  }
  node.engine.useReverseDepthBuffer = false;
  camera.getProjectionMatrix(true);
  box.position.z = 0;
});

test('two heads cross where they cross', async () => {
  const { scene, model, base, head, network, shot } = stage;
  const sessions = network.sessions;
  const other = new HeadImage('other', scene, model);
  other.ws = ballWs(base, 0.3);
  await other.whenSettledAsync();
  expect(network.sessions).toBe(sessions);
  head.node.position.x = -0.06;
  other.node.position.x = 0.06;
  const both = await shot();
  savePicture('image-crossing', both, side);
  other.node.setEnabled(false);
  const left = await shot();
  other.node.setEnabled(true);
  head.node.setEnabled(false);
  const right = await shot();
  head.node.setEnabled(true);
  const middle = side / 2;
  expect(pixel(both, middle - 3, middle)).toEqual(pixel(left, middle - 3, middle));
  expect(pixel(both, middle + 3, middle)).toEqual(pixel(right, middle + 3, middle));
  expect(pixel(left, middle - 3, middle)).not.toEqual(pixel(right, middle - 3, middle));
  other.dispose();
  await shot();
});

test('a picture is taken when something changed, and only then', async () => {
  const { scene, camera, node, head, base, network, shot } = stage;
  await shot();
  const [before, runs] = [head.renders, network.runs];
  for (let i = 0; i < 10; i++) await node.frame(scene);
  expect(head.renders).toBe(before);
  expect(head.atRest).toBe(true);
  // Turning the camera changes nothing of what it sees of the head.
  camera.setTarget(new Vector3(0.05, 0, 0));
  await node.frame(scene);
  expect(head.renders).toBe(before);
  camera.position.x = 0.2;
  await node.frame(scene);
  expect(head.renders).toBe(before + 1);
  head.ws = ballWs(base, 0.25);
  expect(head.atRest).toBe(false);
  await head.whenSettledAsync();
  await node.frame(scene);
  expect(head.renders).toBe(before + 2);
  expect(network.runs).toBe(runs + 1);
  head.ws = ballWs(base, 0.3);
  await head.whenSettledAsync();
});

test('every camera of a frame has its own picture, up to a number of them; the others want the mesh', async () => {
  const { scene, camera, node, head, shot } = stage;
  await shot();
  const second = new FreeCamera('second', new Vector3(1.2, 0, 0.7), scene);
  second.setTarget(Vector3.Zero());
  second.minZ = 0.05;
  scene.activeCameras = [camera, second];
  camera.viewport = new Viewport(0, 0, 0.5, 1);
  second.viewport = new Viewport(0.5, 0, 0.5, 1);
  const drawn = await shot();
  savePicture('image-viewports', drawn, side);
  expect(isBackground(pixel(drawn, side / 4, side / 2))).toBe(false);
  expect(isBackground(pixel(drawn, (3 * side) / 4, side / 2))).toBe(false);
  expect(pixel(drawn, side / 4, side / 2)).not.toEqual(pixel(drawn, (3 * side) / 4, side / 2));
  const changes: boolean[] = [];
  head.onShowChangedObservable.add((shows) => changes.push(shows));
  HeadScheduler.Of(scene).maxPictures = 1;
  // The larger one keeps it.
  second.position.scaleInPlace(1.2);
  await node.frame(scene);
  expect([head.showsImage, head.needsMesh, changes]).toEqual([true, true, [true]]);
  const one = await node.pixels();
  expect(isBackground(pixel(one, side / 4, side / 2))).toBe(false);
  expect(isBackground(pixel(one, (3 * side) / 4, side / 2))).toBe(true);
  HeadScheduler.Of(scene).maxPictures = 4;
  scene.activeCameras = null;
  camera.viewport = new Viewport(0, 0, 1, 1);
  second.dispose();
  await shot();
  expect([head.showsImage, head.needsMesh, changes]).toEqual([true, false, [true, true]]);
  head.onShowChangedObservable.clear();
});

test('the mesh is wanted far away, behind clip planes, without a face and where the image is switched off', async () => {
  const { scene, camera, node, head, base, shot } = stage;
  const shows = async (): Promise<boolean> => {
    await node.frame(scene);
    return head.showsImage;
  };
  await shot();
  camera.position.z = -60;
  camera.maxZ = 100;
  expect(await shows()).toBe(false);
  camera.position.z = -1.4;
  camera.maxZ = 20;
  expect(await shows()).toBe(true);
  head.enabled = false;
  expect(await shows()).toBe(false);
  head.enabled = true;
  expect(await shows()).toBe(true);
  const { ws } = head;
  head.ws = null;
  expect(await shows()).toBe(false);
  head.ws = ws;
  await head.whenSettledAsync();
  expect(await shows()).toBe(true);
  // Away from the camera nothing is taken, and nothing changes.
  const before = head.renders;
  camera.setTarget(new Vector3(0, 0, -9));
  camera.position.x = 0.3;
  expect(await shows()).toBe(true);
  expect(head.renders).toBe(before);
  expect(base.config.superresolution).toBeNull();
});

test('colours may be tinted', async () => {
  const { head, shot } = stage;
  const plain = await shot();
  head.tint = new Color3(1, 0.5, 0.25);
  head.exposure = 1;
  const tinted = await shot();
  const middle = side / 2;
  const [r, g, b] = pixel(plain, middle, middle);
  const [tr, tg, tb] = pixel(tinted, middle, middle);
  for (const [drawn, value] of [
    [tr, r],
    [tg, g! / 2],
    [tb, b! / 4],
  ]) {
    expect(Math.abs(drawn! - value!)).toBeLessThan(6);
  }
  head.tint = Color3.White();
  expect(head.texture.getSize().width).toBe(64);
});

test('any material shows the texture, upright', async () => {
  const { scene, head, node, shot } = stage;
  await shot();
  const plane = CreatePlane('screen', { size: 0.5 }, scene);
  plane.position.z = -0.6;
  const material = new StandardMaterial('screen', scene);
  material.disableLighting = true;
  material.emissiveColor = Color3.White();
  material.diffuseTexture = head.texture;
  // Babylon declares its materials as mixins, which the rule takes for another class.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  plane.material = material;
  const drawn = await shot();
  savePicture('image-texture', drawn, side);
  const gpu = head.texture.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
  const texels = await readTexture(node.device(), gpu);
  // The plane spans so much of the screen: 0.5 at distance 0.8.
  const span = (0.25 / 0.8 / Math.tan(stage.camera.fov / 2)) * side;
  for (const [u, v] of [
    [0.5, 0.62],
    [0.5, 0.4],
    [0.55, 0.5],
  ] as const) {
    const at = 4 * (Math.floor(v * gpu.height) * gpu.width + Math.floor(u * gpu.width));
    const seen = pixel(drawn, Math.floor(side / 2 + (u - 0.5) * span), Math.floor(side / 2 - (v - 0.5) * span));
    seen.forEach((value, c) => expect(Math.abs(value - texels[at + c]!)).toBeLessThan(25));
  }
  plane.dispose();
  material.dispose();
});

test('a lost device is replaced: everything is made again, and the state is kept', async () => {
  const { node, scene, head, network, shot, errors } = stage;
  const before = await shot();
  const { sessions } = network;
  const { texture } = head;
  const lost = node.device();
  const restored = new Promise((resolve) => node.engine.onContextRestoredObservable.addOnce(resolve));
  lost.destroy();
  await restored;
  expect(node.device()).not.toBe(lost);
  expect(head.showsImage).toBe(false);
  // The model is made anew in the background; frames go on meanwhile.
  for (let i = 0; i < 200 && !head.showsImage; i++) {
    await node.frame(scene);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await shot()).toEqual(before);
  expect(network.sessions).toBe(sessions + 1);
  expect(head.texture).toBe(texture);
  expect(errors).toEqual([]);
});

test('two scenes share a model, and one of them may go', async () => {
  const { node, base, model, network, errors, shot } = stage;
  const before = await shot();
  const { sessions } = network;
  const second = new Scene(node.engine);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), second);
  camera.setTarget(Vector3.Zero());
  const head = new HeadImage('elsewhere', second, model);
  head.onErrorObservable.add(({ message }) => errors.push(message));
  head.ws = ballWs(base, 0.2);
  await head.whenSettledAsync();
  await node.frame(second);
  expect([head.renders, network.sessions]).toEqual([1, sessions]);
  second.dispose();
  head.dispose();
  expect(await shot()).toEqual(before);
  expect(errors).toEqual([]);
});

test('heads and bases come and go and leave nothing on the device', async () => {
  const { node, scene, base } = stage;
  const ledger = new GpuLedger(node.device());
  const left: number[] = [];
  for (let round = 0; round < 4; round++) {
    const network = ballNetwork(base);
    const model = await createHeadModelAsync(node.engine, { base, execution: network.execution, quality });
    const head = new HeadImage('guest', scene, model);
    head.ws = ballWs(base, 0.2);
    await head.whenSettledAsync();
    await node.frame(scene);
    expect(head.renders).toBe(1);
    expect(head.gpuBytes).toBeGreaterThan(1000);
    head.dispose();
    await model.disposeAsync();
    await node.frame(scene);
    await node.frame(scene);
    left.push(ledger.objects);
  }
  // The first round may grow what Babylon keeps for itself.
  expect(left[3]).toBe(left[1]);
});

test('a base whose numbers are not finite is an error that names it, and the mesh is wanted', async () => {
  const { node, scene, base } = stage;
  const bias = base.tensors.get('decoder.net.2.bias')!;
  const tensors = new Map(base.tensors).set('decoder.net.2.bias', { ...bias, data: bias.data.map(() => NaN) });
  const bad = { ...base, tensors, hash: 'damaged' };
  const model = await createHeadModelAsync(node.engine, { base: bad, execution: ballNetwork(bad).execution, quality });
  const head = new HeadImage('bad', scene, model);
  const errors: string[] = [];
  head.onErrorObservable.add(({ message }) => errors.push(message));
  head.ws = ballWs(bad, 0.2);
  await expect(head.whenSettledAsync()).rejects.toThrow(
    'base damaged: expected finite numbers, got 256 of 256 rays that are NaN or infinite.',
  );
  for (let frame = 0; frame < 3; frame++) await node.frame(scene);
  expect([head.showsImage, head.needsMesh, head.renders]).toEqual([false, true, 0]);
  expect(errors.every((message) => message.startsWith('base damaged')) && errors.length > 0).toBe(true);
  head.dispose();
  await model.disposeAsync();
});

test('whatever is disposed first, nothing throws', async () => {
  const { node, scene, head, model, network } = stage;
  const second = new HeadImage('second', scene, model);
  second.ws = head.ws;
  second.node.dispose();
  second.dispose();
  const { disposed } = network;
  // A run that is under way when all goes.
  head.ws = ballWs(stage.base, 0.2);
  node.engine.dispose();
  head.dispose();
  await model.disposeAsync();
  await model.disposeAsync();
  expect(network.disposed).toBe(disposed + 1);
  expect(baseModelCount(node.engine)).toBe(0);
});
