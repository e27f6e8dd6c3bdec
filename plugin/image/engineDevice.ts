import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { WebGPUEngine, type WebGPUEngineOptions } from '@babylonjs/core/Engines/webgpuEngine.pure.js';
import { DeviceError } from '../../runtime/core/errors.js';
import { isSoftwareAdapter } from '../../runtime/execution/softwareAdapter.js';

const remedy =
  'Use a browser with WebGPU (current Chrome, Edge, Safari or Firefox) on a page from https or localhost, ' +
  'with hardware acceleration switched on.';

/**
 * Creates Babylon's WebGPU engine with the adapter's largest limits and all its features: a head's planes and
 * ONNX Runtime need more than the defaults.
 * @throws DeviceError `device/missing` where there is no WebGPU
 */
export async function createHeadEngineAsync(
  canvas: HTMLCanvasElement,
  options: WebGPUEngineOptions = {},
): Promise<WebGPUEngine> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) throw new DeviceError('device/missing', `WebGPU: this browser has none. ${remedy}`);
  if (!(await gpu.requestAdapter(options))) {
    throw new DeviceError('device/missing', `WebGPU: this browser found no graphics adapter for it. ${remedy}`);
  }
  // Not CreateAsync: its promise never settles when the engine fails.
  const engine = new WebGPUEngine(canvas, { enableAllFeatures: true, setMaximumLimits: true, ...options });
  try {
    await engine.initAsync();
  } catch (cause) {
    throw new DeviceError('device/create', `WebGPU: the engine did not start: ${String(cause)}. ${remedy}`, { cause });
  }
  return engine;
}

/**
 * The device an engine draws with. Babylon has no public access to it; this is the only place that reaches in.
 * @throws DeviceError `device/engine` for an engine of another kind, or one that is not initialised
 */
export function deviceOf(engine: AbstractEngine): GPUDevice {
  const device = engine.isWebGPU ? (engine as unknown as { readonly _device?: GPUDevice })._device : undefined;
  if (!device) {
    throw new DeviceError(
      'device/engine',
      `A head needs an initialised WebGPUEngine, got ${engine.getClassName()}. Create it with createHeadEngineAsync.`,
    );
  }
  return device;
}

/** Does the processor play the graphics device? Then images must be small and the network runs faster in wasm. */
export function isSoftwareDevice(device: GPUDevice): boolean {
  // Older browsers have none.
  const info = device.adapterInfo as GPUAdapterInfo | undefined;
  return info !== undefined && isSoftwareAdapter(info);
}
