import type { InferenceSession } from 'onnxruntime-common';
import { DeviceError } from '../core/errors.js';
import type { Execution } from './execution.js';
import { loadOrtSession, Queue } from './ortSession.js';

export interface WebExecutionOptions {
  /** Run on this device (Babylon's, say) and share its buffers. Absent: in wasm. */
  readonly device?: GPUDevice;
  /** Folder, with a slash at the end, that serves ONNX Runtime's .wasm and .mjs files. Absent: where the bundler put them. */
  readonly wasmPaths?: string;
  /** wasm threads; more than 1 needs a cross-origin isolated page. */
  readonly threads?: number;
}

/**
 * ONNX Runtime for the web, loaded when first asked for (it is 27 MB).
 * @throws DeviceError where onnxruntime-web is not installed
 */
export async function webExecution({ device, wasmPaths, threads = 1 }: WebExecutionOptions = {}): Promise<Execution> {
  let ort: typeof import('onnxruntime-web/webgpu');
  try {
    ort = await import('onnxruntime-web/webgpu');
  } catch (cause) {
    throw new DeviceError('network/runtime', 'onnxruntime-web cannot be loaded. Run: npm install onnxruntime-web', {
      cause,
    });
  }
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  // `ort.env.webgpu.device` is ignored by 1.30 (onnxruntime#26107); the option of the provider is what works.
  const provider: InferenceSession.ExecutionProviderConfig = device ? { name: 'webgpu', device } : 'wasm';
  const queue = new Queue();
  return {
    name: device ? 'webgpu' : 'wasm',
    device: device ?? null,
    load: (graph, options = {}) =>
      loadOrtSession(
        ort,
        graph,
        queue,
        { executionProviders: [provider], logSeverityLevel: 3 },
        { keepOnGpu: options.keepOnGpu === true && device !== undefined, sharesGpu: device !== undefined },
      ),
  };
}
