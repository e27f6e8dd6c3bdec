import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { ballWs } from './ballBase.js';
import { background, ballScene, type BallScene } from './ballScene.js';
import { readTexture } from './nodeEngine.js';
import { savePicture } from './savePicture.js';

const side = 32;
let stage: BallScene;
let mesh: Mesh;
let head: HeadImage;
let other: FreeCamera;
let target: RenderTargetTexture;
/** What the other camera shows on the canvas. */
let expected: Uint8Array;

beforeAll(async () => {
  stage = await ballScene(side, side);
  const { scene, model, base, camera } = stage;
  stage.head.dispose();
  mesh = new Mesh('owner', scene);
  head = new HeadImage('owned', scene, model, { node: mesh });
  head.onErrorObservable.add(({ message }) => stage.errors.push(message));
  head.ws = ballWs(base, 0.3);
  await head.whenSettledAsync();
  other = new FreeCamera('other', new Vector3(0.8, 0.4, -0.9), scene);
  other.setTarget(Vector3.Zero());
  other.minZ = 0.05;
  scene.activeCamera = other;
  expected = await stage.shot();
  scene.activeCamera = camera;
});

beforeEach(() => {
  const { scene, camera } = stage;
  camera.position.set(0, 0, -1.4);
  camera.setTarget(Vector3.Zero());
  target = new RenderTargetTexture('target', side, scene, false);
  target.renderList = [mesh];
  target.activeCamera = other;
  target.clearColor = background;
  scene.customRenderTargets.push(target);
});

afterEach(() => {
  stage.scene.customRenderTargets.pop();
  target.dispose();
  expect(stage.errors).toEqual([]);
});

/** What the render target shows, top row first. */
async function targetPixels(name: string): Promise<Uint8Array> {
  const texture = target.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
  const drawn = await readTexture(stage.node.device(), texture);
  // Render targets have their bottom row first.
  const rows = Array.from({ length: side }, (_, y) => [
    ...drawn.slice(4 * side * (side - 1 - y), 4 * side * (side - y)),
  ]);
  const upright = Uint8Array.from(rows.flat());
  savePicture(`image-render-target-${name}`, upright, side);
  return upright;
}

const largest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const isEmpty = (pixels: Uint8Array): boolean => pixels.every((value, i) => value === pixels[i % 4]);

test('a target that lists the head has a picture for its own camera', async () => {
  const canvas = await stage.shot();
  expect(isEmpty(canvas)).toBe(false);
  expect(largest(await targetPixels('both'), expected)).toBeLessThanOrEqual(1);
  expect([head.showsImage, head.needsMesh]).toEqual([true, false]);
  // The picture is kept there too.
  const { renders } = head;
  await stage.shot();
  expect(head.renders).toBe(renders);
});

test('a head that only a target sees has its image there', async () => {
  stage.camera.setTarget(new Vector3(0, 0, -9));
  expect(isEmpty(await stage.shot())).toBe(true);
  expect(largest(await targetPixels('only'), expected)).toBeLessThanOrEqual(1);
  mesh.layerMask = 0x40000000;
  other.layerMask = 0x40000000;
  stage.camera.setTarget(Vector3.Zero());
  expect(isEmpty(await stage.shot())).toBe(true);
  expect(largest(await targetPixels('masked'), expected)).toBeLessThanOrEqual(1);
  // The face changes there as well.
  head.ws = ballWs(stage.base, 0.2);
  await head.whenSettledAsync();
  await stage.shot();
  expect(largest(await targetPixels('changed'), expected)).toBeGreaterThan(20);
  head.ws = ballWs(stage.base, 0.3);
  await head.whenSettledAsync();
  mesh.layerMask = other.layerMask = 0x0fffffff;
});

test('a target without a list of its own shows what its camera’s mask lets through', async () => {
  // Babylon takes what the scene's camera has in view.
  target.renderList = null;
  await stage.shot();
  expect(largest(await targetPixels('all'), expected)).toBeLessThanOrEqual(1);
  mesh.layerMask = 0x40000000;
  await stage.shot();
  expect(isEmpty(await targetPixels('hidden'))).toBe(true);
  mesh.layerMask = 0x0fffffff;
});

test('a target that is drawn once has the picture of that moment', async () => {
  target.refreshRate = RenderTargetTexture.REFRESHRATE_RENDER_ONCE;
  stage.camera.setTarget(new Vector3(0, 0, -9));
  await stage.shot();
  expect(largest(await targetPixels('once'), expected)).toBeLessThanOrEqual(1);
});

test('where the scene is not seen from the camera’s place, as in mirrors, there is the mesh', async () => {
  target.onBeforeRenderObservable.add(() => {
    const mirrored = Matrix.Scaling(-1, 1, 1).multiply(other.getViewMatrix());
    stage.scene.setTransformMatrix(mirrored, other.getProjectionMatrix());
  });
  await stage.shot();
  expect(isEmpty(await targetPixels('mirror'))).toBe(true);
  target.onBeforeRenderObservable.clear();
  await stage.shot();
  expect(largest(await targetPixels('mirror-gone'), expected)).toBeLessThanOrEqual(1);
});

test('a head that goes leaves the lists of targets as they were', async () => {
  await stage.shot();
  expect(target.renderList).toHaveLength(2);
  head.dispose();
  expect(target.renderList!.map(({ name }) => name)).toEqual(['owner']);
});
