import { sendError, type SentError } from '../core/sentError.js';
import type { Tensor } from '../core/tensor.js';
import type { Graph } from '../network/graph.js';
import type { Execution, Session } from './execution.js';
import { takeOutput } from './takeOutput.js';
import { webExecution } from './web.js';

/** What the page asks of the worker; every answer has the number of its question. */
export type NetworkRequest = { readonly id: number } & (
  | {
      readonly kind: 'start';
      /** Absolute. */
      readonly wasmPaths?: string;
      /** ONNX Runtime's, where the page has fetched it. */
      readonly wasm?: Uint8Array<ArrayBuffer>;
      readonly threads: number;
    }
  | { readonly kind: 'load'; readonly session: number; readonly graph: Graph }
  | { readonly kind: 'run'; readonly session: number; readonly feeds: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'dispose'; readonly session: number }
);

export type NetworkReply = { readonly id: number } & (
  | { readonly kind: 'done' }
  | { readonly kind: 'loaded'; readonly inputs: readonly string[] }
  | { readonly kind: 'ran'; readonly outputs: Readonly<Record<string, Tensor>> }
  | { readonly kind: 'failed'; readonly error: SentError }
);

/** The worker's side of its channel; also a MessagePort. */
export interface NetworkPort {
  postMessage(message: NetworkReply, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<NetworkRequest>) => void) | null;
}

type Answer = NetworkReply extends infer Reply ? (Reply extends unknown ? Omit<Reply, 'id'> : never) : never;

/**
 * Runs networks for whoever is at the other end of `port`.
 * @param open what runs them
 */
export function serveNetworks(port: NetworkPort, open: typeof webExecution = webExecution): void {
  let execution: Promise<Execution> | null = null;
  const sessions = new Map<number, Session>();

  async function answer(request: NetworkRequest): Promise<Answer> {
    switch (request.kind) {
      case 'start': {
        const { wasmPaths, wasm, threads } = request;
        execution = open({
          threads,
          ...(wasmPaths === undefined ? {} : { wasmPaths }),
          ...(wasm ? { runtime: { bytes: wasm, problem: null } } : {}),
        });
        await execution;
        return { kind: 'done' };
      }
      case 'load': {
        const session = await (await execution!).load(request.graph);
        sessions.set(request.session, session);
        return { kind: 'loaded', inputs: session.inputs };
      }
      case 'run': {
        const results = Object.entries(await sessions.get(request.session)!.run(request.feeds));
        const outputs = await Promise.all(
          results.map(async ([name, output]) => [name, { dims: output.dims, data: await takeOutput(output, null) }]),
        );
        return { kind: 'ran', outputs: Object.fromEntries(outputs) as Record<string, Tensor> };
      }
      case 'dispose':
        await sessions.get(request.session)?.dispose();
        sessions.delete(request.session);
        return { kind: 'done' };
    }
  }

  port.onmessage = ({ data: request }) => {
    const { id } = request;
    answer(request).then(
      (reply) => {
        const transfer = reply.kind === 'ran' ? Object.values(reply.outputs).map(({ data }) => data.buffer) : [];
        port.postMessage({ id, ...reply }, transfer as ArrayBuffer[]);
      },
      (error: unknown) => port.postMessage({ id, kind: 'failed', error: sendError(error) }, []),
    );
  };
}
