import { Camera } from '@babylonjs/core/Cameras/camera.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { createHeadEngineAsync, deviceOf } from '../../plugin/index.js';
import { showNotice } from './message.js';

/** The engine of a page that is a scene; it keeps the canvas's size, and says where there is no WebGPU what is shown. */
export async function sceneEngineAsync(canvas: HTMLCanvasElement): Promise<AbstractEngine> {
  const engine = await createHeadEngineAsync(canvas, {
    antialias: true,
    // Its first sentence; the rest is the remedy.
    onFallback: ({ message }) => showNotice(`Shown as a textured mesh. ${message.replace(/\. .*/, '.')}`, message),
  });
  new ResizeObserver(() => engine.resize()).observe(canvas);
  return engine;
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
