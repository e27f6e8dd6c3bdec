import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OrtTensor,
  TensorConstructor,
  TensorFactory,
  TypedTensor,
} from 'onnxruntime-common';
import { DeviceError, ShapeError } from '../core/errors.js';
import { formatDims, sizeOf } from '../core/tensor.js';
import type { Graph } from '../network/graph.js';
import { encodeOnnx } from '../network/onnx.js';
import type { Feed, LoadOptions, Output, Session } from './execution.js';

/** The part of onnxruntime-node and onnxruntime-web that is used; both have it. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor & TensorFactory;
}

/** Runs one thing after the other. */
export class Queue {
  private _tail: Promise<unknown> = Promise.resolve();

  add<T>(task: () => Promise<T>): Promise<T> {
    const run = this._tail.then(task, task);
    this._tail = run.catch(() => undefined);
    return run;
  }
}

/** Sizes of a graph's inputs by name. */
export type InputDims = ReadonlyMap<string, readonly number[]>;

export const inputDims = (graph: Graph): InputDims => new Map(graph.inputs.map(({ name, dims }) => [name, dims]));

/** @throws ShapeError where there are inputs that the network does not have */
export function requireKnown(where: string, known: InputDims, feeds: Readonly<Record<string, Feed>>): void {
  const unknown = Object.keys(feeds).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new ShapeError(
    'network/feed',
    `${where}: it has no input ${unknown}. Its inputs: ${[...known.keys()].join(', ')}.`,
  );
}

/** @throws ShapeError where an input is missing or of another size */
export function requireFeed(where: string, name: string, dims: readonly number[], feed: Feed | undefined): Feed {
  if (!feed) {
    throw new ShapeError('network/feed', `${where}: the input ${name} ${formatDims(dims)} is missing.`);
  }
  if (sizeOf(feed.dims) !== sizeOf(dims) || ('data' in feed && feed.data.length !== sizeOf(dims))) {
    throw new ShapeError(
      'network/feed',
      `${where}: ${name}: expected ${formatDims(dims)}, got ${formatDims(feed.dims)}.`,
    );
  }
  return feed;
}

function feedTensor(
  ort: OnnxRuntime,
  sharesGpu: boolean,
  where: string,
  name: string,
  dims: readonly number[],
  given: Feed | undefined,
): OrtTensor {
  const feed = requireFeed(where, name, dims, given);
  if ('data' in feed) return new ort.Tensor('float32', feed.data, dims);
  if (!sharesGpu) {
    throw new DeviceError(
      'network/feed',
      `${where}: ${name} lies on a GPU, but this execution runs elsewhere. Read it back first.`,
    );
  }
  return ort.Tensor.fromGpuBuffer(feed.buffer, { dataType: 'float32', dims });
}

/**
 * A buffer goes back to ONNX Runtime in turn: given back in the middle of a run that is recorded or replayed, it takes
 * that run's own buffers with it (onnxruntime-web 1.30.0: "Cannot set properties of undefined (gpuBufferMetadata)").
 */
function outputOf(tensor: OrtTensor, queue: Queue): Output {
  const typed = tensor as TypedTensor<'float32'>;
  const onGpu = typed.location === 'gpu-buffer';
  return {
    dims: typed.dims,
    data: onGpu ? null : typed.data,
    buffer: onGpu ? typed.gpuBuffer : null,
    release: () => {
      if (!onGpu) typed.dispose();
      else {
        void queue.add(() => {
          typed.dispose();
          return Promise.resolve();
        });
      }
    },
  };
}

export interface OrtLoadOptions extends LoadOptions {
  /** Tensors may be buffers of the GPU. */
  readonly sharesGpu?: boolean;
  /** The error to throw in place of the usual one; null: that. */
  readonly explain?: (cause: unknown) => DeviceError | null;
}

/**
 * Loads a graph into ONNX Runtime.
 * @throws DeviceError with ONNX Runtime's message where it refuses
 */
export async function loadOrtSession(
  ort: OnnxRuntime,
  graph: Graph,
  queue: Queue,
  sessionOptions: InferenceSession.SessionOptions,
  { keepOnGpu = false, sharesGpu = false, explain = () => null }: OrtLoadOptions = {},
): Promise<Session> {
  const where = `network ${graph.name}`;
  const options: InferenceSession.SessionOptions = {
    ...sessionOptions,
    ...(keepOnGpu ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
  };
  let session: InferenceSession;
  try {
    session = await queue.add(() => ort.InferenceSession.create(encodeOnnx(graph), options));
  } catch (cause) {
    throw (
      explain(cause) ??
      new DeviceError('network/load', `${where}: ONNX Runtime refused it: ${String(cause)}`, { cause })
    );
  }
  const known = inputDims(graph);
  return {
    inputs: [...known.keys()],
    run: async (feeds) => {
      requireKnown(where, known, feeds);
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, dims] of known) inputs[name] = feedTensor(ort, sharesGpu, where, name, dims, feeds[name]);
      const results = await queue.add(() => session.run(inputs));
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, outputOf(value, queue)]));
    },
    dispose: () => queue.add(() => session.release()),
  };
}
