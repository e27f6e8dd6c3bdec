import { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { canDrawImages, createHeadEngineAsync, deviceOf } from '../../plugin/index.js';
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
