import { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.rawTexture.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.alpha.js';
import type { TextureCanvas } from './textureCanvas.js';

/** Babylon's WebGPU engine that draws into a canvas' texture. For Node: it makes its device of the adapter that `navigator.gpu` gives. */
export async function textureEngineAsync(canvas: TextureCanvas, stencil = false): Promise<WebGPUEngine> {
  const engine = new WebGPUEngine(canvas as unknown as HTMLCanvasElement, {
    enableAllFeatures: true,
    setMaximumLimits: true,
    antialias: false,
    stencil,
    audioEngine: false,
    swapChainFormat: 'rgba8unorm',
  });
  await engine.initAsync();
  return engine;
}
