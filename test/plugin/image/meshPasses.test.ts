import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.alpha.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.multiRender.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.readTexture.js';
import '@babylonjs/core/Meshes/instancedMesh.js';
import '@babylonjs/core/Meshes/thinInstanceMesh.js';
import '@babylonjs/core/Rendering/depthPeelingSceneComponent.js';
import '@babylonjs/core/Rendering/depthRendererSceneComponent.js';
import '@babylonjs/core/Rendering/edgesRenderer.js';
import '@babylonjs/core/Rendering/outlineRenderer.js';
import '@babylonjs/core/Rendering/prePassRendererSceneComponent.js';
import '@babylonjs/core/ShadersWGSL/oitBackBlend.fragment.js';
import '@babylonjs/core/ShadersWGSL/oitFinal.fragment.js';
import '@babylonjs/core/ShadersWGSL/postprocess.vertex.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Scene } from '@babylonjs/core/scene.js';
import { hasOwnPasses, passForMesh } from '../../../plugin/image/meshPasses.js';
import { CreatePersonalizedHeadAsync, PersonalizedHead, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { nodeEngine, readTexture, type NodeEngine } from './nodeEngine.js';

describe('what needs the mesh', () => {
  const scene = new Scene(new NullEngine());
  const mesh = CreateBox('head', {}, scene);
  const found = (): string | null => passForMesh(scene, mesh);
  afterAll(() => scene.getEngine().dispose());

  test('nothing, as it is made, nor a bare node', () => {
    expect([found(), passForMesh(scene, new TransformNode('node', scene)), hasOwnPasses(scene)]).toEqual([
      null,
      null,
      false,
    ]);
  });

  test('copies, levels and overlays, until they go; an outline does not', () => {
    const instance = mesh.createInstance('second');
    expect(found()).toBe('instances');
    instance.dispose();
    scene.getEngine().getCaps().instancedArrays = true;
    mesh.thinInstanceAdd(Matrix.Identity());
    expect(found()).toBe('thin instances');
    mesh.thinInstanceCount = 0;
    const far = CreateBox('far', {}, scene);
    far.addLODLevel(10, null);
    expect(passForMesh(scene, far)).toBe('levels of detail');
    mesh.renderOutline = true;
    expect(found()).toBeNull();
    mesh.renderOutline = false;
    mesh.renderOverlay = true;
    expect(found()).toBe('overlay');
    mesh.renderOverlay = false;
    expect(found()).toBeNull();
  });

  test('a scene that sorts transparency, is drawn by a frame graph, or has a floating origin', () => {
    scene.useOrderIndependentTransparency = true;
    expect(found()).toBe('order-independent transparency');
    scene.useOrderIndependentTransparency = false;
    Object.defineProperty(scene, 'frameGraph', { value: {}, configurable: true });
    expect(found()).toBe('frame graph');
    Reflect.deleteProperty(scene, 'frameGraph');
    const far = new Scene(new NullEngine(), { useFloatingOrigin: true });
    expect(passForMesh(far, CreateBox('far', {}, far))).toBe('floating origin');
    far.getEngine().dispose();
  });
});

const side = 48;
const patience = 600_000;
let node: NodeEngine;
let scene: Scene;
let camera: FreeCamera;
let head: PersonalizedHeadMesh;
const { fetch } = globalThis;

beforeAll(async () => {
  globalThis.fetch = async (input) => new Response(await readFile(input as string));
  node = await nodeEngine(side, side);
  scene = new Scene(node.engine);
  scene.clearColor = new Color4(0, 0, 0.4, 1);
  camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
  camera.setTarget(Vector3.Zero());
  camera.fov = 0.5;
  camera.minZ = 0.05;
  camera.maxZ = 20;
  const quality = { resolution: side, movingResolution: side, depthResolution: 12, depthResolutionImportance: 8 };
  head = await CreatePersonalizedHeadAsync('head', 'assets/base.safetensors', scene, { seed: 2, quality });
}, patience);
afterAll(() => {
  globalThis.fetch = fetch;
});
afterEach(() => {
  head.renderOutline = head.renderOverlay = false;
  head.position.x = 0;
});

async function shot(): Promise<Uint8Array> {
  await head.whenSettledAsync();
  for (let frame = 0; frame < 12; frame++) await node.frame(scene);
  return node.pixels();
}
/** Pixels that are not the background. */
function drawn(pixels: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i]! > 3 || pixels[i + 1]! > 3 || Math.abs(pixels[i + 2]! - 102) > 3) count++;
  }
  return count;
}
const centre = (pixels: Uint8Array): number[] => [...pixels.slice(4 * (24 * side + 24), 4 * (24 * side + 24) + 3)];

test(
  'instances and thin instances are drawn, and with the last of them the image comes back',
  async () => {
    head.position.x = -0.15;
    const alone = drawn(await shot());
    const instance = head.createInstance('second');
    instance.position.x = 0.15;
    expect(drawn(await shot())).toBeGreaterThan(alone + 200);
    instance.dispose();
    await shot();
    expect(PersonalizedHead.Of(head)!.showsImage).toBe(true);
    head.position.x = 0;
    const one = drawn(await shot());
    head.thinInstanceAdd([Matrix.Translation(-0.2, 0, 0), Matrix.Translation(0.2, 0, 0)]);
    expect(drawn(await shot())).toBeGreaterThan(one + 200);
    head.thinInstanceCount = 0;
  },
  patience,
);

test(
  'an outline leaves the face to be seen, and an overlay tints it',
  async () => {
    const face = centre(await shot());
    head.outlineColor = Color3.Green();
    head.outlineWidth = 0.02;
    head.renderOutline = true;
    const outlined = await shot();
    expect(centre(outlined)).toEqual(face);
    const green = outlined.filter((value, i) => i % 4 === 1 && value > 250 && outlined[i - 1]! < 5);
    expect(green.length).toBeGreaterThan(20);
    head.renderOutline = false;
    head.overlayColor = Color3.Blue();
    head.overlayAlpha = 0.5;
    head.renderOverlay = true;
    expect(centre(await shot())[0]).toBeLessThan(face[0]! - 50);
  },
  patience,
);

test(
  'the depth map has the head while its image shows',
  async () => {
    const renderer = scene.enableDepthRenderer(camera, false, true);
    await shot();
    expect(PersonalizedHead.Of(head)!.showsImage).toBe(true);
    const depths = (await renderer.getDepthMap().readPixels()) as Float32Array;
    expect(depths.filter((depth) => depth < 1).length).toBeGreaterThan(500);
    scene.disableDepthRenderer(camera);
  },
  patience,
);

test(
  'a target drawn once, larger than the canvas, is as sharp as one drawn every frame',
  async () => {
    const image = PersonalizedHead.Of(head)!.image!;
    image.resolution = image.movingResolution = 4 * side;
    const target = new RenderTargetTexture('large', 4 * side, scene, false);
    target.renderList = [head];
    target.activeCamera = camera;
    target.refreshRate = RenderTargetTexture.REFRESHRATE_RENDER_ONCE;
    scene.customRenderTargets.push(target);
    const edges = async (): Promise<number> => {
      await shot();
      const texture = target.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
      const pixels = await readTexture(node.device(), texture);
      let sum = 0;
      for (let i = 4; i < pixels.length; i += 4) sum += Math.max(0, Math.abs(pixels[i]! - pixels[i - 4]!) - 60);
      return sum;
    };
    const once = await edges();
    target.refreshRate = 1;
    expect(once).toBeGreaterThan(0.8 * (await edges()));
    scene.customRenderTargets.pop();
    target.dispose();
    image.resolution = image.movingResolution = side;
  },
  patience,
);

test(
  'order-independent transparency keeps the scene, and the head in it',
  async () => {
    const before = drawn(await shot());
    scene.useOrderIndependentTransparency = true;
    const glass = CreateBox('glass', { size: 0.08 }, scene);
    glass.position.set(-0.27, 0.27, 0);
    const material = new StandardMaterial('glass', scene);
    material.alpha = 0.5;
    material.disableLighting = true;
    material.emissiveColor.set(1, 1, 1);
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    glass.material = material;
    expect(drawn(await shot())).toBeGreaterThan(before - 100);
  },
  patience,
);
