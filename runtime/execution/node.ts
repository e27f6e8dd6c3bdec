import { DeviceError } from '../core/errors.js';
import type { Execution } from './execution.js';
import { loadOrtSession, Queue, type OnnxRuntime } from './ortSession.js';
import { expectGiven } from '../core/given.js';

export interface NodeExecutionOptions {
  /** `cpu`, or `webgpu` on a device of ONNX Runtime's own, whose buffers nobody else can use. */
  readonly provider?: 'cpu' | 'webgpu';
  /** Threads of one run; default 0: as many as ONNX Runtime sees cores. The number decides the order of sums. */
  readonly threads?: number;
}

/**
 * ONNX Runtime for Node.
 * @throws DeviceError where onnxruntime-node is not installed
 */
export async function nodeExecution(options: NodeExecutionOptions = {}): Promise<Execution> {
  expectGiven('nodeExecution', 'options', options);
  const { provider = 'cpu', threads = 0 } = options;
  let ort: OnnxRuntime;
  try {
    ort = await import('onnxruntime-node');
  } catch (cause) {
    // Its installer fetches CUDA's libraries unless told not to; nothing here uses them.
    const remedy = 'Run: npm install onnxruntime-node --onnxruntime-node-install=skip';
    throw new DeviceError('network/runtime', `onnxruntime-node cannot be loaded. ${remedy}`, { cause });
  }
  const queue = new Queue();
  return {
    name: provider,
    device: null,
    load: (graph) =>
      loadOrtSession(ort, graph, queue, {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        logSeverityLevel: 3,
        // Else a session's threads spin on after its run, in the way of the next session and of TypeScript.
        extra: { session: { force_spinning_stop: '1' } },
      }),
  };
}
