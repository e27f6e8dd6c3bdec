import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { WebGPUEngine, type WebGPUEngineOptions } from '@babylonjs/core/Engines/webgpuEngine.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { DeviceError } from '../../runtime/core/errors.js';
import { isSoftwareAdapter } from '../../runtime/execution/softwareAdapter.js';
import { canDrawByWebGl } from './glEngine.js';
import { expectGiven } from '../../runtime/core/given.js';

const remedy =
  'For the finest image use a browser with WebGPU (current Chrome, Edge, Safari or Firefox) on a page from https or ' +
  'localhost, with hardware acceleration switched on.';

export interface HeadEngineOptions extends WebGPUEngineOptions {
  /**
   * Told why there is no WebGPU, so that heads are drawn more slowly by WebGL 2, or shown as textured meshes where that cannot
   * do it either (`canDrawImages`). Default: a warning in Babylon's log.
   */
  readonly onFallback?: (reason: DeviceError, engine: AbstractEngine) => void;
}

/** Engines whose lack of WebGPU has been told of. */
const reasons = new WeakMap<AbstractEngine, DeviceError>();

/** Can this engine draw the neural image of heads: by WebGPU, or by WebGL 2? */
export function canDrawImages(engine: AbstractEngine): boolean {
  expectGiven('canDrawImages', 'engine', engine);
  return engine.isWebGPU ? engine.getCaps().supportComputeShaders : canDrawByWebGl(engine);
}

/** Has somebody been told why this engine is not WebGPU's? */
export const isExplained = (engine: AbstractEngine): boolean => reasons.has(engine);

/**
 * Creates the engine that suits heads. Where there is WebGPU: Babylon's WebGPU engine with the adapter's largest limits and
 * all its features, as a head's planes and ONNX Runtime need more than the defaults. Elsewhere: Babylon's WebGL engine, where
 * networks run in wasm and WebGL 2 draws heads from baked volumes. It draws every pixel of the screen, at most two each way for one of the page
 * (`adaptToDeviceRatio`, `limitDeviceRatio`).
 * @throws DeviceError `device/missing` where there is neither WebGPU nor WebGL
 */
export async function createHeadEngineAsync(
  canvas: HTMLCanvasElement,
  all: HeadEngineOptions = {},
): Promise<AbstractEngine> {
  expectGiven('createHeadEngineAsync', 'canvas', canvas);
  expectGiven('createHeadEngineAsync', 'options', all);
  const { onFallback, ...given } = all;
  const options = { adaptToDeviceRatio: true, limitDeviceRatio: 2, ...given };
  try {
    return await webgpuEngineAsync(canvas, options);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const engine = await webglEngineAsync(canvas, options, error);
    reasons.set(engine, error);
    const shown = canDrawByWebGl(engine) ? 'drawn by WebGL 2, more slowly' : 'shown as textured meshes';
    if (onFallback) onFallback(error, engine);
    else Logger.Warn(`Heads are ${shown}. ${error.message}`);
    return engine;
  }
}

async function webgpuEngineAsync(canvas: HTMLCanvasElement, options: WebGPUEngineOptions): Promise<WebGPUEngine> {
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

/** @param reason why it is not WebGPU's */
async function webglEngineAsync(
  canvas: HTMLCanvasElement,
  options: WebGPUEngineOptions,
  reason: DeviceError,
): Promise<AbstractEngine> {
  // With the extensions that it cannot do without; pages with WebGPU never load them.
  const { Engine } = await import('@babylonjs/core/Engines/engine.js');
  try {
    return new Engine(canvas, options.antialias ?? true, { stencil: true, ...webglOptions(options) });
  } catch (cause) {
    throw new DeviceError(reason.code, `${reason.message} There is no WebGL either: ${String(cause)}`, { cause });
  }
}

/** What both engines understand. */
function webglOptions({
  adaptToDeviceRatio,
  limitDeviceRatio,
  audioEngine,
  stencil,
  premultipliedAlpha,
}: WebGPUEngineOptions) {
  const shared = { adaptToDeviceRatio, limitDeviceRatio, audioEngine, stencil, premultipliedAlpha };
  return Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== undefined));
}

/**
 * The device an engine draws with. Babylon has no public access to it; this is the only place that reaches in.
 * @throws DeviceError `device/engine` for an engine of another kind, or one that is not initialised; the reason for which
 *   `createHeadEngineAsync` made another kind
 */
export function deviceOf(engine: AbstractEngine): GPUDevice {
  expectGiven('deviceOf', 'engine', engine);
  const device = engine.isWebGPU ? (engine as unknown as { readonly _device?: GPUDevice })._device : undefined;
  if (!device) {
    const reason = reasons.get(engine);
    if (reason) throw reason;
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
  const info = (device as Partial<GPUDevice> | null | undefined)?.adapterInfo;
  return info !== undefined && isSoftwareAdapter(info);
}
