import { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { canDrawImages, createHeadEngineAsync, deviceOf, type PersonalizedHeadMesh } from '../../plugin/index.js';
import { showNotice } from './message.js';

/**
 * The engine of a page that is a scene; it keeps the canvas's size, and says where there is no WebGPU what is shown. With
 * `?engine=webgl` it is WebGL's, whatever the browser has.
 */
export async function sceneEngineAsync(canvas: HTMLCanvasElement): Promise<AbstractEngine> {
  const asked = new URLSearchParams(location.search).get('engine');
  const engine = asked === 'webgl' ? webglEngine(canvas) : await bestEngineAsync(canvas);
  new ResizeObserver(() => engine.resize()).observe(canvas);
  return engine;
}

function bestEngineAsync(canvas: HTMLCanvasElement): Promise<AbstractEngine> {
  return createHeadEngineAsync(canvas, {
    antialias: true,
    // The reason's first sentence; the rest is the remedy.
    onFallback: ({ message }, engine) => {
      const shown = canDrawImages(engine) ? 'Drawn by WebGL 2' : 'Shown as a textured mesh';
      showNotice(`${shown}. ${message.replace(/\. .*/, '.')}`, message);
    },
  });
}

function webglEngine(canvas: HTMLCanvasElement): AbstractEngine {
  return new Engine(canvas, true, { stencil: true, adaptToDeviceRatio: true, limitDeviceRatio: 2 });
}

/** Settles when the graphics device has done what it was told. */
export async function submittedAsync(engine: AbstractEngine): Promise<void> {
  if (engine.isWebGPU) await deviceOf(engine).queue.onSubmittedWorkDone();
}

/** Settles when the screen shows what was rendered. */
export async function shownAsync(engine: AbstractEngine): Promise<void> {
  await submittedAsync(engine);
  await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Frames in which what is not there yet must come. */
const patience = 100;

/**
 * Settles when heads at rest are shown: expressions go through the network, and then at least one head a frame has its picture taken.
 * @param frame renders one, and settles when it is on the screen; no time passes
 * @param more frames than heads
 */
export async function restAsync(
  scene: Scene,
  heads: readonly PersonalizedHeadMesh[],
  frame: () => Promise<void>,
  more: number,
): Promise<void> {
  await Promise.all(heads.map((head) => head.whenSettledAsync()));
  for (let i = 0; i < heads.length + more; i++) await frame();
  for (let i = 0; i < patience && !scene.isReady(); i++) {
    await frame();
    // Shaders compile beside the page.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await frame();
}

/** On screens narrower than this aspect, the camera sees as much from left to right as it does at it. */
export function keepWidth(camera: Camera, aspect: number): void {
  const engine = camera.getEngine();
  const { fov } = camera;
  const fit = (): void => {
    const narrow = engine.getAspectRatio(camera) < aspect;
    camera.fovMode = narrow ? Camera.FOVMODE_HORIZONTAL_FIXED : Camera.FOVMODE_VERTICAL_FIXED;
    camera.fov = narrow ? 2 * Math.atan(Math.tan(fov / 2) * aspect) : fov;
  };
  const observer = engine.onResizeObservable.add(fit);
  camera.onDisposeObservable.addOnce(() => observer.remove());
  fit();
}
