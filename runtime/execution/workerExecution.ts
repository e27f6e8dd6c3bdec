import { DeviceError } from '../core/errors.js';
import { receiveError } from '../core/sentError.js';
import type { Tensor } from '../core/tensor.js';
import type { Graph } from '../network/graph.js';
import type { Execution, Feed, Session } from './execution.js';
import type { NetworkReply, NetworkRequest } from './serveNetworks.js';
import { fetchRuntime, forgetRuntime, wasmAddress, type RuntimeFile } from './wasmFiles.js';

/** What a page talks to: a Worker that runs networkWorker.ts, or a MessagePort. */
export type NetworkWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener'> &
  Partial<Pick<Worker, 'terminate'>>;

export interface WorkerExecutionOptions {
  /** As webExecution's. */
  readonly wasmPaths?: string;
  /** wasm threads; more than 1 needs a cross-origin isolated page. Default: half of the processors there, up to 4, else 1. */
  readonly threads?: number;
  /** Default: a new Worker, which the bundler (webpack, Vite) finds here. */
  readonly createWorker?: () => NetworkWorker;
  /** Reads ONNX Runtime's WebAssembly for each worker that starts. Default: it is fetched from `wasmPaths`. */
  readonly readRuntime?: () => Promise<RuntimeFile | null>;
}

type Question = NetworkRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'id'> : never) : never;

function threadsHere(): number {
  const { crossOriginIsolated, navigator } = globalThis as { crossOriginIsolated?: boolean; navigator?: Navigator };
  return crossOriginIsolated ? Math.min(4, Math.max(1, (navigator?.hardwareConcurrency ?? 2) >> 1)) : 1;
}

/** One worker and who waits for its answers. */
class Channel {
  private readonly _waiting = new Map<
    number,
    { resolve: (reply: NetworkReply) => void; reject: (error: Error) => void }
  >();
  private _last = 0;
  private _failure: DeviceError | null = null;

  constructor(private readonly _worker: NetworkWorker) {
    _worker.addEventListener('message', (event) => this._hear((event as MessageEvent<NetworkReply>).data));
    _worker.addEventListener('error', (event) => {
      const { message } = event;
      this.close(new DeviceError('network/worker', `The worker of the networks stopped. ${message}`.trim()));
    });
  }

  ask(question: Question): Promise<NetworkReply> {
    if (this._failure) return Promise.reject(this._failure);
    const id = ++this._last;
    return new Promise((resolve, reject) => {
      this._waiting.set(id, { resolve, reject });
      this._worker.postMessage({ id, ...question });
    });
  }

  close(failure: DeviceError): void {
    this._failure ??= failure;
    this._worker.terminate?.();
    for (const { reject } of this._waiting.values()) reject(this._failure);
    this._waiting.clear();
  }

  private _hear(reply: NetworkReply): void {
    const waiting = this._waiting.get(reply.id);
    this._waiting.delete(reply.id);
    if (reply.kind === 'failed') waiting?.reject(receiveError(reply.error));
    else waiting?.resolve(reply);
  }
}

/**
 * ONNX Runtime's wasm in a worker, so that no run of a network holds the page up. The worker ends with its last session.
 * @throws DeviceError where no worker can be started
 */
export async function workerExecution({
  wasmPaths,
  threads = threadsHere(),
  createWorker,
  readRuntime = async () => (wasmPaths === undefined ? null : fetchRuntime(wasmPaths)),
}: WorkerExecutionOptions = {}): Promise<Execution> {
  const start = async (): Promise<Channel> => {
    const file = await readRuntime();
    let worker: NetworkWorker;
    try {
      // Loaded here, for scripts that are no modules (Babylon's Editor) cannot even read what it is made with.
      worker = createWorker ? createWorker() : (await import('./ownWorker.js')).ownWorker();
    } catch (cause) {
      throw new DeviceError('network/worker', `The worker of the networks cannot be started: ${String(cause)}`, {
        cause,
      });
    }
    const channel = new Channel(worker);
    await channel.ask({
      kind: 'start',
      threads,
      ...(wasmPaths === undefined ? {} : { wasmPaths: wasmAddress(wasmPaths) }),
      ...(file?.bytes ? { wasm: file.bytes } : {}),
    });
    // The worker has its own copy.
    forgetRuntime();
    return channel;
  };
  let open: Promise<Channel> | null = start();
  // What cannot be started is known before anything is loaded.
  await open;
  let sessions = 0;
  let last = 0;

  const end = (channel: Channel): void => {
    if (--sessions > 0) return;
    open = null;
    channel.close(new DeviceError('network/worker', 'The worker of the networks was ended with its last session.'));
  };

  return {
    name: 'wasm',
    device: null,
    beside: true,
    load: async (graph: Graph): Promise<Session> => {
      sessions++;
      const session = ++last;
      const channel = await (open ??= start());
      try {
        const reply = await channel.ask({ kind: 'load', session, graph });
        return sessionOf(channel, session, reply, () => end(channel));
      } catch (error) {
        end(channel);
        throw error;
      }
    },
  };
}

function sessionOf(channel: Channel, session: number, reply: NetworkReply, onDisposed: () => void): Session {
  let disposed = false;
  return {
    inputs: reply.kind === 'loaded' ? reply.inputs : [],
    run: async (feeds) => {
      const answer = await channel.ask({ kind: 'run', session, feeds: numbersOnly(feeds) });
      const outputs = answer.kind === 'ran' ? answer.outputs : {};
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { dims, data }]) => [
          name,
          { dims, data, buffer: null, release: () => undefined },
        ]),
      );
    },
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      try {
        await channel.ask({ kind: 'dispose', session });
      } finally {
        onDisposed();
      }
    },
  };
}

function numbersOnly(feeds: Readonly<Record<string, Feed>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => {
      if ('data' in feed) return [name, { dims: feed.dims, data: feed.data }];
      throw new DeviceError('network/feed', `${name} lies on a GPU, but networks run in a worker. Read it back first.`);
    }),
  );
}
