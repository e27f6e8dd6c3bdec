import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.alpha.js';
import '@babylonjs/core/Engines/AbstractEngine/abstractEngine.stencil.js';
import '@babylonjs/core/Engines/Extensions/engine.multiRender.js';
import '@babylonjs/core/Engines/Extensions/engine.readTexture.js';
import '@babylonjs/core/Engines/Extensions/engine.renderTarget.js';
import '@babylonjs/core/Layers/effectLayerSceneComponent.js';
import '@babylonjs/core/Meshes/instancedMesh.js';
import '@babylonjs/core/Meshes/thinInstanceMesh.js';
import '@babylonjs/core/Rendering/depthPeelingSceneComponent.js';
import '@babylonjs/core/Rendering/depthRendererSceneComponent.js';
import '@babylonjs/core/Rendering/edgesRenderer.js';
import '@babylonjs/core/Rendering/geometryBufferRendererSceneComponent.js';
import '@babylonjs/core/Rendering/outlineRenderer.js';
import '@babylonjs/core/Rendering/prePassRendererSceneComponent.js';
import '@babylonjs/core/Shaders/oitBackBlend.fragment.js';
import '@babylonjs/core/Shaders/oitFinal.fragment.js';
import '@babylonjs/core/Shaders/postprocess.vertex.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Constants } from '@babylonjs/core/Engines/constants.js';
import { GlowLayer } from '@babylonjs/core/Layers/glowLayer.js';
import { HighlightLayer } from '@babylonjs/core/Layers/highlightLayer.js';
import { MirrorTexture } from '@babylonjs/core/Materials/Textures/mirrorTexture.js';
import { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.js';
import { Color3 } from '@babylonjs/core/Maths/math.color.js';
import { Plane } from '@babylonjs/core/Maths/math.plane.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import { PostProcess } from '@babylonjs/core/PostProcesses/postProcess.js';
import type { PrePassRenderer } from '@babylonjs/core/Rendering/prePassRenderer.js';
import { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync } from '../../../plugin/index.js';
import { side, WebglStage, type Pixels } from './webglStage.js';

const stage = await WebglStage.create();
const { engine, scene, camera, head } = stage;
/** Passes leave textures of Babylon's own. */
const own = new Set(scene.textures);

/** Asks for what the pre-pass writes, and shows the picture as it is. */
class AskingPostProcess extends PostProcess {
  override setPrePassRenderer(renderer: PrePassRenderer): boolean {
    renderer.addEffectConfiguration({
      name: 'asking',
      enabled: true,
      texturesRequired: [Constants.PREPASS_DEPTH_TEXTURE_TYPE],
    });
    return true;
  }
}

function joinTarget(target: RenderTargetTexture): RenderTargetTexture {
  target.renderList = [head];
  scene.customRenderTargets.push(target);
  stage.end(() => {
    scene.customRenderTargets.pop();
    target.dispose();
  });
  return target;
}

const bytesOf = async (target: RenderTargetTexture): Promise<Pixels> => [
  ...((await target.readPixels()) as Uint8Array),
];

/** Each begins a pass of Babylon; `undo` ends it. What a target of its own drew is read by what it returns. */
const passes = {
  fog: () => {
    scene.fogMode = Scene.FOGMODE_LINEAR;
    [scene.fogStart, scene.fogEnd, scene.fogColor] = [0, 3, Color3.Green()];
    stage.end(() => (scene.fogMode = Scene.FOGMODE_NONE));
  },
  glow: () => {
    stage.box('beside', Color3.Green(), 0.1, new Vector3(0.28, 0.28, 0));
    const glow = new GlowLayer('glow', scene, { mainTextureFixedSize: 64, blurKernelSize: 8 });
    glow.intensity = 2;
    stage.end(() => glow.dispose());
  },
  highlight: () => {
    const layer = new HighlightLayer('highlight', scene);
    layer.addMesh(head, Color3.Green());
    layer.innerGlow = false;
    stage.end(() => layer.dispose());
  },
  depth: () => {
    const map = scene.enableDepthRenderer(camera, false, true).getDepthMap();
    stage.end(() => scene.disableDepthRenderer(camera));
    return async () => [...((await map.readPixels()) as Float32Array)];
  },
  'geometry buffer': () => {
    const buffer = scene.enableGeometryBufferRenderer()!;
    stage.end(() => scene.disableGeometryBufferRenderer());
    return async () => [...((await buffer.getGBuffer().textures[0]!.readPixels()) as Float32Array)];
  },
  target: () => {
    const target = joinTarget(new RenderTargetTexture('target', side, scene, false));
    target.clearColor = scene.clearColor;
    target.activeCamera = camera;
    return () => bytesOf(target);
  },
  mirror: () => {
    const mirror = new MirrorTexture('mirror', side, scene);
    mirror.mirrorPlane = new Plane(0, 0, 1, -0.8);
    joinTarget(mirror);
    return () => bytesOf(mirror);
  },
  outline: () => {
    head.outlineColor = Color3.Green();
    head.outlineWidth = 0.02;
    head.renderOutline = true;
    stage.end(() => (head.renderOutline = false));
  },
  overlay: () => {
    head.overlayColor = Color3.Blue();
    head.renderOverlay = true;
    stage.end(() => (head.renderOverlay = false));
  },
  edges: () => {
    head.enableEdgesRendering();
    stage.end(() => head.disableEdgesRendering());
  },
  instances: () => {
    const instance = head.createInstance('second');
    instance.position.x = 0.15;
    stage.end(() => instance.dispose());
  },
  'thin instances': () => {
    head.thinInstanceAdd([Matrix.Translation(-0.1, 0, 0), Matrix.Translation(0.1, 0, 0)]);
    stage.end(() => (head.thinInstanceCount = 0));
  },
  'order-independent transparency': () => {
    scene.useOrderIndependentTransparency = true;
    stage.end(() => (scene.useOrderIndependentTransparency = false));
  },
  'pre-pass': () => {
    const asking = new AskingPostProcess('pass', 'pass', { camera });
    scene.enablePrePassRenderer();
    stage.end(() => {
      asking.dispose(camera);
      scene.disablePrePassRenderer();
    });
  },
  'clip plane': () => {
    scene.clipPlane = new Plane(1, 0, 0, 0);
    stage.end(() => (scene.clipPlane = null));
  },
  'layer mask': () => {
    head.layerMask = 0x10000000;
    stage.end(() => (head.layerMask = 0x0fffffff));
  },
  /** The left half as the first camera sees it, the right from the side. */
  'two cameras': () => {
    const other = new FreeCamera('other', new Vector3(-1.2, 0, -0.7), scene);
    other.setTarget(Vector3.Zero());
    [other.fov, other.minZ] = [camera.fov, camera.minZ];
    camera.viewport = new Viewport(0, 0, 0.5, 1);
    other.viewport = new Viewport(0.5, 0, 0.5, 1);
    scene.activeCameras = [camera, other];
    stage.end(() => {
      scene.activeCameras = [];
      scene.activeCamera = camera;
      camera.viewport = new Viewport(0, 0, 1, 1);
      other.dispose();
    });
  },
  /** What the right half is without another camera. */
  'second camera': () => {
    const other = new FreeCamera('other', new Vector3(-1.2, 0, -0.7), scene);
    other.setTarget(Vector3.Zero());
    [other.fov, other.minZ] = [camera.fov, camera.minZ];
    other.viewport = new Viewport(0.5, 0, 0.5, 1);
    scene.activeCamera = other;
    stage.end(() => {
      scene.activeCamera = camera;
      other.dispose();
    });
  },
  'smaller canvas': () => {
    engine.setSize(side / 2, side / 2);
    stage.end(() => engine.setSize(side, side));
  },
} satisfies Record<string, (() => void) | (() => () => Promise<Pixels>)>;

export type PassName = keyof typeof passes;

/** What is seen in a pass. */
export interface SeenPass {
  readonly showsImage: boolean;
  readonly pixels: Pixels;
  /** What the pass has drawn into a target of its own. */
  readonly own: Pixels | null;
}

const api = {
  /** The scene as it is. */
  shot: async () => {
    const pixels = await stage.shot();
    return { showsImage: stage.showsImage, pixels };
  },
  /** The head's mesh alone. */
  mesh: async () => {
    stage.image.enabled = false;
    const pixels = await stage.shot();
    stage.image.enabled = true;
    return pixels;
  },
  pass: async (name: PassName): Promise<SeenPass> => {
    const read = passes[name]() as (() => Promise<Pixels>) | undefined;
    const pixels = await stage.shot();
    return { showsImage: stage.showsImage, pixels, own: read ? await read() : null };
  },
  undo: () => stage.undo(),
  /** GL's error and what heads told of since the last time. */
  problems: () => {
    const code = stage.gl.getError();
    return [...stage.errors.splice(0), ...(code === 0 ? [] : [`GL error ${code}`])];
  },
  set: (changes: { jawOpen?: number; yaw?: number }) => {
    if (changes.jawOpen !== undefined) head.expression.jawOpen = changes.jawOpen;
    if (changes.yaw !== undefined) head.pose.yaw = changes.yaw;
  },
  /** Takes the context away and gives it back; settles when the image is there again. */
  loseContext: async () => {
    const lose = stage.gl.getExtension('WEBGL_lose_context')!;
    const restored = new Promise((resolve) => engine.onContextRestoredObservable.addOnce(resolve));
    const lost = new Promise((resolve) => engine.onContextLostObservable.addOnce(resolve));
    lose.loseContext();
    await lost;
    // A game goes on drawing.
    await stage.frame();
    const whileLost = stage.showsImage;
    lose.restoreContext();
    await restored;
    // The network begins anew too; jest's limit ends it where it never comes.
    while (!stage.showsImage && stage.errors.length === 0) {
      await stage.frame();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { whileLost, after: stage.showsImage };
  },
  /** Another head comes, and goes in the middle of its bake; and with its face half loaded. */
  comeAndGo: async () => {
    const textures = (): number => engine.getLoadedTexturesCache().length;
    const before = textures();
    const { image } = stage;
    const options = { seed: 3, wasmPaths: 'ort/', quality: { resolution: side, movingResolution: side } };
    const guest = await CreatePersonalizedHeadAsync('guest', 'assets/base.safetensors', scene, options);
    guest.position.x = 0.3;
    await stage.rest();
    const most = textures();
    guest.expression.jawOpen = 1;
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    guest.dispose();
    await stage.rest();
    return { before, most, after: textures(), shares: image.model.shared.alive };
  },
  /** The face moves for so many frames; calls are counted that stop a page until the graphics card answers. */
  talk: async (frames: number) => {
    const { gl } = stage;
    const calls: Record<string, number> = {};
    const methods = gl as unknown as Record<string, unknown>;
    const waiting = [
      ...(['readPixels', 'finish', 'getBufferSubData', 'getError', 'linkProgram', 'clientWaitSync'] as const),
      'checkFramebufferStatus' as const,
    ];
    for (const name of waiting) {
      const original = (gl[name] as (...args: unknown[]) => unknown).bind(gl);
      methods[name] = (...args: unknown[]) => {
        // A look at a fence, with no time to wait, stops nothing.
        if (name !== 'clientWaitSync' || args[2] !== 0) calls[name] = (calls[name] ?? 0) + 1;
        return original(...args);
      };
    }
    // What one turn of the page's thread gives the card, at most. The message ends the count before any later turn.
    const most = { bytes: 0, draws: 0 };
    let uploaded = 0;
    let turn: typeof most | null = null;
    const counted = (name: 'texSubImage3D' | 'drawArrays', add: (...args: unknown[]) => typeof most) => {
      const original = (gl[name] as (...args: unknown[]) => unknown).bind(gl);
      methods[name] = (...args: unknown[]) => {
        if (!turn) {
          turn = { bytes: 0, draws: 0 };
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            turn = null;
            port1.close();
          };
          port2.postMessage(null);
        }
        const { bytes, draws } = add(...args);
        uploaded += bytes;
        turn.bytes += bytes;
        turn.draws += draws;
        most.bytes = Math.max(most.bytes, turn.bytes);
        most.draws = Math.max(most.draws, turn.draws);
        return original(...args);
      };
    };
    counted('texSubImage3D', (...args) => ({ bytes: (args.at(-1) as Float32Array).byteLength, draws: 0 }));
    counted('drawArrays', () => ({ bytes: 0, draws: 1 }));
    const version = stage.image.version;
    for (let i = 0; i < frames; i++) {
      head.expression.jawOpen = 0.5 - 0.5 * Math.cos(i / 5);
      await stage.frame();
      await new Promise(requestAnimationFrame);
    }
    await head.whenSettledAsync();
    for (const name of [...waiting, 'texSubImage3D', 'drawArrays']) Reflect.deleteProperty(methods, name);
    head.expression.jawOpen = 0;
    const { generator } = stage.image.model.shared;
    const faces = stage.image.version - version;
    return { calls, faces, beside: generator?.execution.beside === true, most, uploaded };
  },
  dispose: async () => {
    head.dispose();
    for (let i = 0; i < 3; i++) await stage.frame();
    const left = { meshes: scene.meshes.length, textures: scene.textures.filter((each) => own.has(each)).length };
    scene.dispose();
    engine.dispose();
    return left;
  },
};

export type WebglApi = typeof api;
Object.assign(window, { api });
