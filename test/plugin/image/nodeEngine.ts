import { afterAll } from '@jest/globals';
import type { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.renderTarget.js';
import '@babylonjs/core/Engines/WebGPU/Extensions/engine.renderTargetTexture.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { TextureCanvas } from '../../../bench/textureCanvas.js';
import { textureEngineAsync } from '../../../bench/textureEngine.js';

export interface NodeEngine {
  readonly engine: WebGPUEngine;
  readonly device: () => GPUDevice;
  /** Renders frames until the next would be the same for Babylon: shaders are compiled without blocking. */
  readonly frame: (scene: Scene) => Promise<void>;
  /** What the last frame drew: [H, W, 4], 0..255, red first, top row first. */
  readonly pixels: () => Promise<Uint8Array>;
}

const open: WebGPUEngine[] = [];
afterAll(() => open.splice(0).forEach((engine) => engine.dispose()));

/** Copies a texture of 4 bytes a texel to the CPU. */
export async function readTexture(device: GPUDevice, texture: GPUTexture): Promise<Uint8Array> {
  const { width, height } = texture;
  const bytesPerRow = Math.ceil((width * 4) / 256) * 256;
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ size: bytesPerRow * height, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer: staging, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const rows = new Uint8Array(staging.getMappedRange());
  const packed = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    packed.set(rows.subarray(y * bytesPerRow, y * bytesPerRow + width * 4), y * width * 4);
  }
  staging.destroy();
  return packed;
}

/** Babylon's WebGPU engine in Node, on the tests' software adapter, drawing into a texture. */
export async function nodeEngine(width: number, height: number, stencil = false): Promise<NodeEngine> {
  const canvas = new TextureCanvas(width, height);
  const engine = await textureEngineAsync(canvas, stencil);
  open.push(engine);
  const device = (): GPUDevice => (engine as unknown as { readonly _device: GPUDevice })._device;
  return {
    engine,
    device,
    frame: async (scene) => {
      engine.beginFrame();
      scene.render();
      engine.endFrame();
      await device().queue.onSubmittedWorkDone();
    },
    pixels: () => readTexture(device(), canvas.texture!),
  };
}
