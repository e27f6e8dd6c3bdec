// What must exist once per process, outside the vm context and module registry that jest makes per test file:
// - Dawn: two instances in one process crash on lavapipe;
// - onnxruntime-node: its binding keeps the Tensor class of whoever initialised it first;
// - onnxruntime-web: its wasm takes long to compile;
// - playwright: a megabyte of source that every test file would load again.
import { setFlagsFromString } from 'node:v8';
import { create, globals } from 'webgpu';

// V8 otherwise optimises ORT's 27 MB of wasm in the background: half a minute of two cores, which exit waits for.
setFlagsFromString('--liftoff-only');

let instance;
const devices = new Set();

/** The process's only Dawn instance. */
export function sharedGpu() {
  instance ??= create([]);
  return instance;
}

const { GPUAdapter, GPUDevice, GPUQueue, GPUSupportedFeatures } = globals;

const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (...args) {
  const device = await requestDevice.apply(this, args);
  devices.add(device);
  return device;
};

const { destroy } = GPUDevice.prototype;
GPUDevice.prototype.destroy = function () {
  devices.delete(this);
  destroy.apply(this);
};

// Babylon calls adapter.features.forEach; Dawn's set-like has only the iterator.
GPUSupportedFeatures.prototype.forEach ??= function (callback, receiver) {
  for (const feature of this) callback.call(receiver, feature, feature, this);
};

// ORT's wasm heap is shared memory when it runs threaded, and Dawn for Node takes no view of shared memory.
const { writeBuffer } = GPUQueue.prototype;
GPUQueue.prototype.writeBuffer = function (buffer, bufferOffset, data, ...range) {
  if (data instanceof SharedArrayBuffer) data = new Uint8Array(data);
  const shared = data.buffer instanceof SharedArrayBuffer;
  return writeBuffer.call(this, buffer, bufferOffset, shared ? data.slice() : data, ...range);
};

/** Ends whatever devices a test file left alive. */
export function destroyLeftDevices() {
  for (const device of [...devices]) device.destroy();
}

const navigator = { userAgent: 'node', hardwareConcurrency: 2 };
Object.defineProperty(navigator, 'gpu', { get: sharedGpu, enumerable: true });

// onnxruntime-web runs in this realm and looks for WebGPU in its own globals.
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true });

const modules = {
  webgpu: async () => ({ create: sharedGpu, globals }),
  'onnxruntime-node': () => import('onnxruntime-node'),
  'onnxruntime-web/webgpu': () => import('onnxruntime-web/webgpu'),
  'playwright-core': () => import('playwright-core'),
};

/** A module of this realm, for the shims that jest puts in the module's place. */
export const outerModule = (name) => modules[name]();

// dawn.node and both ONNX runtimes test their arguments with this realm's instanceof.
const binaryTypes = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

export const realmGlobals = {
  ...globals,
  ...Object.fromEntries(binaryTypes.map((name) => [name, globalThis[name]])),
  navigator,
};
