import { setFlagsFromString } from 'node:v8';
import type { Execution } from './execution.js';
import { webExecution } from './web.js';
import { expectGiven } from '../core/given.js';

let prepared = false;

/**
 * What onnxruntime-web misses in Node beside Dawn: `navigator.gpu`, and a queue that takes data from its wasm heap,
 * which is shared memory that dawn.node refuses ("Invalid argument").
 */
function prepare(device: GPUDevice): void {
  if (prepared) return;
  prepared = true;
  // V8's optimising compiler takes a minute over the 27 MB of wasm; the baseline one a second.
  setFlagsFromString('--liftoff-only');
  // It asks for an adapter although it is given the device.
  const { features, limits, adapterInfo: info } = device;
  const adapter = { features, limits, info, requestDevice: () => Promise.resolve(device) };
  const gpu = { requestAdapter: () => Promise.resolve(adapter) };
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } };
  if (!navigator)
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  else if (!navigator.gpu) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  const queue = Object.getPrototypeOf(device.queue) as GPUQueue;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its receiver below
  const original = queue.writeBuffer;
  queue.writeBuffer = function (
    this: GPUQueue,
    buffer,
    offset,
    data: ArrayBufferView | ArrayBuffer | SharedArrayBuffer,
    ...rest
  ) {
    const bytes = ArrayBuffer.isView(data) ? data.buffer : data;
    if (!(bytes instanceof SharedArrayBuffer)) {
      original.call(this, buffer, offset, data as BufferSource, ...rest);
      return;
    }
    const isView = ArrayBuffer.isView(data);
    const unit = isView && 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
    const [first = 0, count] = rest as [number?, number?];
    const start = (isView ? data.byteOffset : 0) + first * unit;
    const length = count === undefined ? data.byteLength - first * unit : count * unit;
    original.call(this, buffer, offset, new Uint8Array(bytes, start, length).slice());
  };
}

/** ONNX Runtime's WebGPU provider in Node, on a Dawn device whose buffers it shares. */
export async function nodeWebExecution(device: GPUDevice): Promise<Execution> {
  expectGiven('nodeWebExecution', 'device', device);
  prepare(device);
  return webExecution({ device });
}
