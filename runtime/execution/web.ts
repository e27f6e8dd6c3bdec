import type { InferenceSession } from 'onnxruntime-common';
import { DeviceError } from '../core/errors.js';
import { BoundSession } from './boundSession.js';
import { CapturedSession } from './capturedSession.js';
import type { Execution } from './execution.js';
import { loadOrtSession, Queue } from './ortSession.js';
import { fetchRuntime, forgetRuntime, notStarted, wasmLocation, type RuntimeFile } from './wasmFiles.js';
import { expectGiven } from '../core/given.js';

export interface WebExecutionOptions {
  /** Run on this device (Babylon's, say) and share its buffers. Absent: in wasm. */
  readonly device?: GPUDevice;
  /**
   * Folder that serves ONNX Runtime's .wasm and .mjs files, or the address of the .wasm alone as a bundler gives it, relative
   * to the page. Absent: where the bundler put them.
   */
  readonly wasmPaths?: string;
  /** wasm threads; more than 1 needs a cross-origin isolated page. */
  readonly threads?: number;
  /** ONNX Runtime's WebAssembly where it has been fetched; absent: it is fetched from `wasmPaths`. */
  readonly runtime?: RuntimeFile;
}

export type OrtWeb = typeof import('onnxruntime-web/webgpu');

/** ONNX Runtime starts once in a page; its first failure is the one that tells why. */
let started = false;
let failure: string | null = null;

/**
 * ONNX Runtime for the web, loaded when first asked for (it is 27 MB).
 * @throws DeviceError `network/runtime` where onnxruntime-web is not installed; loading a graph, where it does not start
 */
export async function webExecution(options: WebExecutionOptions = {}): Promise<Execution> {
  expectGiven('webExecution', 'options', options);
  let ort: OrtWeb;
  try {
    ort = await import('onnxruntime-web/webgpu');
  } catch (cause) {
    throw new DeviceError('network/runtime', 'onnxruntime-web cannot be loaded. Run: npm install onnxruntime-web', {
      cause,
    });
  }
  return webExecutionBy(ort, options);
}

/** The same by an ONNX Runtime that has been loaded. */
export function webExecutionBy(
  ort: OrtWeb,
  { device, wasmPaths, threads = 1, runtime: given }: WebExecutionOptions,
): Execution {
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmLocation(wasmPaths);
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  // `ort.env.webgpu.device` is ignored by 1.30 (onnxruntime#26107); the option of the provider is what works.
  const provider: InferenceSession.ExecutionProviderConfig = device ? { name: 'webgpu', device } : 'wasm';
  const queue = new Queue();
  const runtime = given ?? (wasmPaths === undefined || started ? null : fetchRuntime(wasmPaths));
  return {
    name: device ? 'webgpu' : 'wasm',
    device: device ?? null,
    load: async (graph, options = {}) => {
      const file = started ? null : await runtime;
      if (file?.bytes && !started) ort.env.wasm.wasmBinary = file.bytes;
      const keepOnGpu = options.keepOnGpu === true && device !== undefined;
      const sessionOptions: InferenceSession.SessionOptions = { executionProviders: [provider], logSeverityLevel: 3 };
      const session = await loadOrtSession(ort, graph, queue, sessionOptions, {
        keepOnGpu,
        sharesGpu: device !== undefined,
        explain: (cause) => {
          if (started || !String(cause).includes('no available backend found')) return null;
          failure ??= notStarted(cause, wasmPaths, file?.problem ?? null);
          return new DeviceError('network/runtime', failure, { cause });
        },
      });
      if (!started) {
        started = true;
        delete ort.env.wasm.wasmBinary;
        forgetRuntime();
      }
      if (!keepOnGpu || !options.capture) return session;
      const bind = (): Promise<BoundSession> => BoundSession.load(ort, graph, queue, device, sessionOptions);
      return new CapturedSession(`network ${graph.name}`, device, session, bind, options.onNotice);
    },
  };
}
