import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.alpha.js';
import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.stencil.js';
import '@babylonjs/core/Collisions/collisionCoordinator.js';
import '@babylonjs/core/Culling/ray.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.cubeTexture.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.multiRender.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.readTexture.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.renderTargetCube.js';
import '@babylonjs/core/Layers/effectLayerSceneComponent.js';
import '@babylonjs/core/Rendering/depthRendererSceneComponent.js';
import '@babylonjs/core/Rendering/edgesRenderer.js';
import '@babylonjs/core/Rendering/geometryBufferRendererSceneComponent.js';
import '@babylonjs/core/Rendering/prePassRendererSceneComponent.js';
import { Constants } from '@babylonjs/core/Engines/constants.js';
import { FrameGraphObjectList } from '@babylonjs/core/FrameGraph/frameGraphObjectList.js';
import { FrameGraph } from '@babylonjs/core/FrameGraph/frameGraph.js';
import { FrameGraphClearTextureTask } from '@babylonjs/core/FrameGraph/Tasks/Texture/clearTextureTask.js';
import { FrameGraphCopyToBackbufferColorTask } from '@babylonjs/core/FrameGraph/Tasks/Texture/copyToBackbufferColorTask.js';
import { FrameGraphObjectRendererTask } from '@babylonjs/core/FrameGraph/Tasks/Rendering/objectRendererTask.js';
import '@babylonjs/core/ShadersWGSL/pass.fragment.js';
import type { PrePassRenderer } from '@babylonjs/core/Rendering/prePassRenderer.js';
import { PostProcess } from '@babylonjs/core/PostProcesses/postProcess.js';
import { ShaderLanguage } from '@babylonjs/core/Materials/shaderLanguage.js';
import { ShaderStore } from '@babylonjs/core/Engines/shaderStore.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { GPUPicker } from '@babylonjs/core/Collisions/gpuPicker.js';
import type { EffectLayer } from '@babylonjs/core/Layers/effectLayer.js';
import { GlowLayer } from '@babylonjs/core/Layers/glowLayer.js';
import { HighlightLayer } from '@babylonjs/core/Layers/highlightLayer.js';
import { SelectionOutlineLayer } from '@babylonjs/core/Layers/selectionOutlineLayer.js';
import { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { MirrorTexture } from '@babylonjs/core/Materials/Textures/mirrorTexture.js';
import { RefractionTexture } from '@babylonjs/core/Materials/Textures/refractionTexture.js';
import type { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Plane } from '@babylonjs/core/Maths/math.plane.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateBox } from '@babylonjs/core/Meshes/Builders/boxBuilder.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { ReflectionProbe } from '@babylonjs/core/Probes/reflectionProbe.js';
import { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync, PersonalizedHead, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { nodeEngine, readTexture, type NodeEngine } from './nodeEngine.js';
import { savePicture } from './savePicture.js';

const side = 48;
const middle = side / 2;
const patience = 600_000;
let node: NodeEngine;
let scene: Scene;
let camera: FreeCamera;
let head: PersonalizedHeadMesh;
/** The scene as it is without any pass. */
let plain: Uint8Array;
const { fetch } = globalThis;
const errors: string[] = [];
/** Ends what a test began, also where it fails. */
const ends: (() => void)[] = [];

beforeAll(async () => {
  globalThis.fetch = async (input) => new Response(await readFile(input as string));
  node = await nodeEngine(side, side, true);
  node.device().addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
  scene = new Scene(node.engine);
  scene.clearColor = new Color4(0, 0, 0.4, 1);
  camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
  camera.setTarget(Vector3.Zero());
  camera.fov = 0.5;
  camera.minZ = 0.05;
  camera.maxZ = 20;
  const quality = { resolution: side, movingResolution: side, depthResolution: 12, depthResolutionImportance: 8 };
  head = await CreatePersonalizedHeadAsync('head', 'assets/base.safetensors', scene, { seed: 2, quality });
  plain = await shot();
}, patience);
afterAll(() => {
  globalThis.fetch = fetch;
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  // Whatever a pass took away comes back with its end.
  expect(largest(await shot(), plain)).toBeLessThanOrEqual(2);
  expect(errors.splice(0)).toEqual([]);
});

async function shot(name?: string): Promise<Uint8Array> {
  await head.whenSettledAsync();
  for (let frame = 0; frame < 10; frame++) await node.frame(scene);
  const pixels = await node.pixels();
  if (name) savePicture(`pass-${name}`, pixels, side);
  return pixels;
}
const showsImage = (): boolean => PersonalizedHead.Of(head)!.showsImage;
const at = (pixels: Uint8Array, x: number, y: number): number[] => [
  ...pixels.subarray(4 * (y * side + x), 4 * (y * side + x) + 3),
];
const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
/** Nothing in Node reads the mesh's texture, so where the mesh is drawn it is white. */
const isMesh = (pixels: Uint8Array, x = middle, y = middle): boolean => at(pixels, x, y).every((value) => value > 250);
const isGreen = ([r, g, b]: readonly number[]): boolean => g! > r! + 40 && g! > b!;
const isEmpty = (pixels: Uint8Array): boolean => pixels.every((value, i) => value === pixels[i % 4]);
const count = (pixels: Uint8Array, wanted: (color: readonly number[]) => boolean): number =>
  Array.from({ length: pixels.length / 4 }, (_, i) => [...pixels.subarray(4 * i, 4 * i + 3)]).filter(wanted).length;

function box(name: string, color: Color3, size: number, position: Vector3): Mesh {
  const mesh = CreateBox(name, { size }, scene);
  mesh.position = position;
  const material = new StandardMaterial(name, scene);
  material.disableLighting = true;
  material.emissiveColor = color;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  mesh.material = material;
  ends.push(() => mesh.dispose(false, true));
  return mesh;
}

test(
  'glow layer: the face does not glow, and what glows behind it does not shine through',
  async () => {
    box('behind', Color3.Green(), 0.12, new Vector3(0, 0, 0.9));
    box('beside', Color3.Green(), 0.1, new Vector3(0.28, 0.28, 0));
    const without = await shot();
    const glow = new GlowLayer('glow', scene, { mainTextureFixedSize: 64, blurKernelSize: 8 });
    ends.push(() => glow.dispose());
    glow.intensity = 2;
    const glowing = await shot('glow');
    expect(showsImage()).toBe(true);
    const green = (pixels: Uint8Array): number => count(pixels, ([r, g]) => g! > r! + 40);
    // The box beside it glows, so the layer works.
    expect(green(glowing)).toBeGreaterThan(green(without) + 10);
    expect(largest(at(glowing, middle, middle), at(without, middle, middle))).toBeLessThanOrEqual(2);
  },
  patience,
);

test.each<[string, () => EffectLayer]>([
  [
    'highlight layer',
    () => {
      const layer = new HighlightLayer('highlight', scene);
      layer.addMesh(head, Color3.Green());
      layer.innerGlow = false;
      return layer;
    },
  ],
  [
    'selection outline',
    () => {
      const layer = new SelectionOutlineLayer('selection', scene);
      layer.outlineColor = Color3.Green();
      layer.addSelection(head);
      return layer;
    },
  ],
])(
  '%s: a rim around the image, the face as it was',
  async (name, make) => {
    const layer = make();
    ends.push(() => layer.dispose());
    const rimmed = await shot(name.replace(' ', '-'));
    expect(showsImage()).toBe(true);
    expect(count(rimmed, isGreen)).toBeGreaterThan(15);
    expect(largest(at(rimmed, middle, middle), at(plain, middle, middle))).toBeLessThanOrEqual(2);
  },
  patience,
);

test(
  'geometry buffer: the head’s depths and normals, beside its image',
  async () => {
    const buffer = scene.enableGeometryBufferRenderer()!;
    ends.push(() => scene.disableGeometryBufferRenderer());
    await shot();
    expect(showsImage()).toBe(true);
    const pixelsOf = async (i: number): Promise<Float32Array> =>
      (await buffer.getGBuffer().textures[i]!.readPixels()) as Float32Array;
    const [depths, normals] = await Promise.all([0, 1].map(pixelsOf));
    const centre = 4 * (middle * side + middle);
    // The camera stands 1.4 before the head's middle, its face some tenths nearer.
    expect(depths![centre]).toBeGreaterThan(0.9);
    expect(depths![centre]).toBeLessThan(1.4);
    expect(depths![0]).toBe(0);
    expect(Math.hypot(...normals!.subarray(centre, centre + 3))).toBeCloseTo(1, 1);
    expect(normals![centre + 2]).toBeLessThan(-0.3);
  },
  patience,
);

/** Asks for what the pre-pass writes, and shows the picture as it is. */
class AskingPostProcess extends PostProcess {
  override setPrePassRenderer(renderer: PrePassRenderer): boolean {
    const texturesRequired = [Constants.PREPASS_DEPTH_TEXTURE_TYPE];
    renderer.addEffectConfiguration({ name: 'asking', enabled: true, texturesRequired });
    return true;
  }
}

test(
  'pre-pass: the mesh',
  async () => {
    const asking = new AskingPostProcess('pass', 'pass', { camera, shaderLanguage: ShaderLanguage.WGSL });
    scene.enablePrePassRenderer();
    ends.push(() => {
      asking.dispose(camera);
      scene.disablePrePassRenderer();
    });
    const drawn = await shot('prepass');
    expect(scene.prePassRenderer!.enabled).toBe(true);
    expect([showsImage(), isMesh(drawn)]).toEqual([false, true]);
  },
  patience,
);

test('picking and collisions: the mesh', () => {
  expect(scene.pick(middle, middle).pickedMesh).toBe(head);
  expect(scene.pick(1, 1).hit).toBe(false);
  head.checkCollisions = true;
  const ball = box('ball', Color3.Green(), 0.05, new Vector3(0, 0, -1));
  ball.ellipsoid.setAll(0.05);
  ball.moveWithCollisions(new Vector3(0, 0, 2));
  expect(ball.position.z).toBeGreaterThan(-0.7);
  expect(ball.position.z).toBeLessThan(-0.1);
  head.checkCollisions = false;
});

test(
  'GPU picker: finds the head where its image is, and nothing beside it',
  async () => {
    const picker = new GPUPicker();
    ends.push(() => picker.dispose());
    picker.setPickingList([head]);
    const pick = async (x: number, y: number): Promise<unknown> => {
      const picked = picker.pickAsync(x, y);
      for (let frame = 0; frame < 10; frame++) await node.frame(scene);
      return (await picked)?.mesh ?? null;
    };
    expect(await pick(middle, middle)).toBe(head);
    expect(await pick(1, 1)).toBeNull();
    expect(showsImage()).toBe(true);
  },
  patience,
);

/** What a target drew: [side, side, 4]. */
const targetPixels = (target: RenderTargetTexture): Promise<Uint8Array> =>
  readTexture(node.device(), target.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture);
const white = (pixels: Uint8Array): number => count(pixels, (color) => color.every((value) => value > 250));

test.each<[string, () => RenderTargetTexture]>([
  [
    'mirror',
    () => {
      const mirror = new MirrorTexture('mirror', side, scene);
      mirror.mirrorPlane = new Plane(0, 0, 1, -0.8);
      return mirror;
    },
  ],
  [
    'refraction',
    () => {
      const refraction = new RefractionTexture('refraction', side, scene);
      refraction.refractionPlane = new Plane(0, 0, 1, -0.8);
      return refraction;
    },
  ],
])(
  '%s: the mesh, with the face’s expression, beside the image',
  async (name, make) => {
    // In profile an open jaw is another outline.
    head.pose.yaw = Math.PI / 2;
    const target = make();
    target.renderList = [head];
    scene.customRenderTargets.push(target);
    ends.push(() => {
      head.pose.yaw = head.expression.jawOpen = 0;
      scene.customRenderTargets.pop();
      target.dispose();
    });
    await shot();
    const closed = await targetPixels(target);
    expect(showsImage()).toBe(true);
    head.expression.jawOpen = 1;
    await shot();
    const open = await targetPixels(target);
    savePicture(`pass-${name}-closed`, closed, side);
    savePicture(`pass-${name}-open`, open, side);
    // The mouth's corner and the chin move, and with them the outline: some pixels, not all.
    const moved = count(
      closed.map((value, i) => Math.abs(value - open[i]!)),
      (color) => color.some((value) => value > 100),
    );
    expect(white(closed)).toBeGreaterThan(100);
    expect(moved).toBeGreaterThan(2);
    expect(moved).toBeLessThan(100);
  },
  patience,
);

test(
  'reflection probe: the mesh, beside the image',
  async () => {
    const probe = new ReflectionProbe('probe', side, scene);
    ends.push(() => {
      scene.customRenderTargets.pop();
      probe.dispose();
    });
    probe.position.z = -0.8;
    probe.renderList!.push(head);
    scene.customRenderTargets.push(probe.cubeTexture);
    await shot();
    const pixelsOf = async (face: number): Promise<Uint8Array> =>
      (await probe.cubeTexture.readPixels(face)) as Uint8Array;
    const faces = await Promise.all([0, 1, 2, 3, 4, 5].map(pixelsOf));
    // It stands before the face, which is on the side of +z alone.
    const whites = faces.map(white);
    expect(whites[4]).toBeGreaterThan(100);
    expect([...whites.slice(0, 4), whites[5]]).toEqual([0, 0, 0, 0, 0]);
    expect(showsImage()).toBe(true);
  },
  patience,
);

test(
  'clip planes: the mesh, cut',
  async () => {
    scene.clipPlane = new Plane(1, 0, 0, 0);
    ends.push(() => (scene.clipPlane = null));
    const cut = await shot('clip');
    expect(showsImage()).toBe(false);
    expect([isMesh(cut, middle - 5), isMesh(cut, middle + 5)]).toEqual([true, false]);
  },
  patience,
);

test(
  'edges and levels of detail: the mesh, with its edges or its level',
  async () => {
    head.enableEdgesRendering();
    head.edgesColor = new Color4(0, 1, 0, 1);
    head.edgesWidth = 1;
    ends.push(() => head.disableEdgesRendering());
    const edged = await shot('edges');
    expect(showsImage()).toBe(false);
    expect(count(edged, isGreen)).toBeGreaterThan(5);
    head.disableEdgesRendering();
    const far = box('far', Color3.Green(), 0.2, Vector3.Zero());
    head.addLODLevel(1, far);
    ends.push(() => head.removeLODLevel(far));
    expect(isGreen(at(await shot('level'), middle, middle))).toBe(true);
  },
  patience,
);

test('multi-view: Babylon has none in WebGPU, where alone there are images', () => {
  expect(node.engine.getCaps().multiview).toBe(false);
});

test(
  'layer mask and rendering group: the image follows its mesh',
  async () => {
    head.layerMask = 0x10000000;
    expect(white(await shot())).toBe(0);
    expect(isEmpty(await node.pixels())).toBe(true);
    head.layerMask = 0x0fffffff;
    box('before', Color3.Green(), 0.1, new Vector3(0, 0, -0.7));
    expect(isGreen(at(await shot('behind-box'), middle, middle))).toBe(true);
    head.renderingGroupId = 1;
    expect(largest(at(await shot('group'), middle, middle), at(plain, middle, middle))).toBeLessThanOrEqual(2);
    expect(showsImage()).toBe(true);
    head.renderingGroupId = 0;
  },
  patience,
);

test(
  'alpha index: glass that is drawn before the image is covered by it where it stands behind, and tints it after',
  async () => {
    const glass = box('glass', Color3.Green(), 0.1, new Vector3(0, 0, -0.7));
    glass.material!.alpha = 0.5;
    head.alphaIndex = 1;
    glass.alphaIndex = 2;
    const tinted = at(await shot('glass-after'), middle, middle);
    expect(tinted[1]! - tinted[0]!).toBeGreaterThan(50);
    glass.alphaIndex = 0;
    // As Babylon's own meshes: what comes later is drawn over it.
    expect(largest(at(await shot('glass-before'), middle, middle), at(plain, middle, middle))).toBeLessThanOrEqual(2);
    head.alphaIndex = Number.MAX_VALUE;
  },
  patience,
);

test(
  'snapshot rendering: the mesh, until it ends',
  async () => {
    for (const mode of [Constants.SNAPSHOTRENDERING_STANDARD, Constants.SNAPSHOTRENDERING_FAST]) {
      node.engine.snapshotRenderingMode = mode;
      node.engine.snapshotRendering = true;
      ends.push(() => (node.engine.snapshotRendering = false));
      const recorded = await shot(`snapshot-${mode}`);
      expect([showsImage(), isMesh(recorded)]).toEqual([false, true]);
      node.engine.snapshotRendering = false;
      expect(largest(await shot(), plain)).toBeLessThanOrEqual(2);
    }
  },
  patience,
);

test(
  'post-process that looks at depth: the mesh’s depth, the image’s colours',
  async () => {
    const depths = scene.enableDepthRenderer(camera, false, true);
    ShaderStore.ShadersStoreWGSL.nearFragmentShader = `
      varying vUV: vec2f;
      var textureSamplerSampler: sampler;
      var textureSampler: texture_2d<f32>;
      var depthsSampler: sampler;
      var depths: texture_2d<f32>;
      @fragment
      fn main(input: FragmentInputs) -> FragmentOutputs {
        let color = textureSample(textureSampler, textureSamplerSampler, fragmentInputs.vUV);
        let depth = textureSample(depths, depthsSampler, fragmentInputs.vUV).r;
        fragmentOutputs.color = select(vec4f(1.0, 0.0, 0.0, 1.0), color, depth < 1.0);
      }`;
    const near = new PostProcess('near', 'near', {
      camera,
      samplers: ['depths'],
      shaderLanguage: ShaderLanguage.WGSL,
    });
    near.onApply = (effect) => effect.setTexture('depths', depths.getDepthMap());
    ends.push(() => {
      near.dispose(camera);
      scene.disableDepthRenderer(camera);
    });
    const drawn = await shot('post-process');
    expect(showsImage()).toBe(true);
    expect(largest(at(drawn, middle, middle), at(plain, middle, middle))).toBeLessThanOrEqual(3);
    expect(at(drawn, 1, 1)).toEqual([255, 0, 0]);
  },
  patience,
);

test(
  'frame graph: the mesh',
  async () => {
    const graph = new FrameGraph(scene, true);
    const clear = new FrameGraphClearTextureTask('clear', graph);
    clear.clearColor = true;
    clear.clearDepth = true;
    clear.color = new Color4(0, 0, 0.4, 1);
    const { textureManager } = graph;
    const options = (format: number) => ({
      // prettier-ignore
      size: { width: side, height: side },
      sizeIsPercentage: false,
      isHistoryTexture: false,
      options: {
        createMipMaps: false,
        samples: 1,
        types: [Constants.TEXTURETYPE_UNSIGNED_BYTE],
        formats: [format],
        useSRGBBuffers: [false],
        labels: ['target'],
      },
    });
    const color = textureManager.createRenderTargetTexture('color', options(Constants.TEXTUREFORMAT_RGBA));
    const depth = textureManager.createRenderTargetTexture('depth', options(Constants.TEXTUREFORMAT_DEPTH32_FLOAT));
    clear.targetTexture = color;
    clear.depthTexture = depth;
    const objects = new FrameGraphObjectRendererTask('objects', graph, scene);
    objects.targetTexture = clear.outputTexture;
    objects.depthTexture = clear.outputDepthTexture;
    objects.objectList = new FrameGraphObjectList();
    objects.objectList.meshes = scene.meshes;
    objects.objectList.particleSystems = [];
    objects.camera = camera;
    const copy = new FrameGraphCopyToBackbufferColorTask('copy', graph);
    copy.sourceTexture = objects.outputTexture;
    for (const task of [clear, objects, copy]) graph.addTask(task);
    await graph.buildAsync();
    scene.frameGraph = graph;
    ends.push(() => {
      scene.frameGraph = null;
      scene.activeCamera = camera;
      graph.dispose();
    });
    const drawn = await shot('frame-graph');
    expect(showsImage()).toBe(false);
    expect(isMesh(drawn)).toBe(true);
  },
  patience,
);
