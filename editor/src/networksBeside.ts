import type { Execution } from '../../runtime/execution/execution.js';
import type { RuntimeFile } from '../../runtime/execution/wasmFiles.js';
import { workerExecution } from '../../runtime/execution/workerExecution.js';
import type { Graph } from '../../runtime/network/graph.js';

/** The text of networkWorker.ts and what it imports but ONNX Runtime; only the bundle has it. */
declare const NETWORK_WORKER: string | undefined;

/** ONNX Runtime's files, read from the disk. */
export interface RuntimeFiles {
  /** Its script that sets a global `ort`. */
  readonly script: string;
  /** The module that goes with its WebAssembly. */
  readonly module: string;
  readonly readWasm: () => Promise<Uint8Array<ArrayBuffer>>;
}

export interface NetworksBeside {
  readonly execution: Execution;
  /** Lets the worker end with the last network. */
  readonly end: () => Promise<void>;
}

const dims = [1];
/** The smallest network: that it loads shows that ONNX Runtime starts there. */
const trial: Graph = {
  name: 'trial',
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }],
  initializers: new Map(),
  inputs: [{ name: 'x', dims }],
  outputs: [{ name: 'y', dims }],
  dims: new Map([
    ['x', dims],
    ['y', dims],
  ]),
};

/**
 * Runs networks in a worker of texts alone: a page of files may start none from a file.
 * @throws where there are no workers, as in Node, or ONNX Runtime does not start in one
 */
export async function networksBesideAsync({ script, module, readWasm }: RuntimeFiles): Promise<NetworksBeside> {
  const worker = typeof NETWORK_WORKER === 'string' ? NETWORK_WORKER : null;
  if (worker === null || typeof Worker !== 'function') throw new Error('there are no workers here.');
  // The module gets its address in the worker: one of a page of files counts as another origin's there.
  const named = `URL.createObjectURL(new Blob([${JSON.stringify(module)}], { type: 'text/javascript' }))`;
  // Read whenever a worker starts, as long as the project is open.
  const address = URL.createObjectURL(
    new Blob([script, `\n;ort.env.wasm.wasmPaths = { mjs: ${named} };\n`, worker], { type: 'text/javascript' }),
  );
  const forget = (): void => URL.revokeObjectURL(address);
  try {
    const readRuntime = async (): Promise<RuntimeFile> => ({ bytes: await readWasm(), problem: null });
    const execution = await workerExecution({ threads: 1, createWorker: () => new Worker(address), readRuntime });
    const session = await execution.load(trial);
    const end = async (): Promise<void> => {
      await session.dispose();
      forget();
    };
    return { execution, end };
  } catch (error) {
    forget();
    throw error;
  }
}
