import type { Tensor } from '../core/tensor.js';
import type { Graph } from '../network/graph.js';

/** A float32 tensor in a buffer of the execution's own WebGPU device. */
export interface GpuTensor {
  readonly dims: readonly number[];
  readonly buffer: GPUBuffer;
}

/** What a network may be fed. */
export type Feed = Tensor | GpuTensor;

/** One value that came out of a network. */
export interface Output {
  readonly dims: readonly number[];
  /** On the CPU. Absent when the session keeps its outputs on the GPU. */
  readonly data: Float32Array | null;
  /** On the GPU; valid until `release`. */
  readonly buffer: GPUBuffer | null;
  /** Gives the memory back; call it when done with a GPU output. */
  release(): void;
}

/** A graph ready to run. Runs queue: ONNX Runtime allows one at a time. */
export interface Session {
  /** Names of the inputs that every run needs. */
  readonly inputs: readonly string[];
  /**
   * @param feeds by input name; every input of the graph, in its sizes
   * @throws ShapeError if one is missing, superfluous or of another size
   */
  run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Output>>;
  dispose(): Promise<void>;
}

export interface LoadOptions {
  /** Leave outputs on the GPU, where the execution has one. */
  readonly keepOnGpu?: boolean;
  /**
   * Replay the commands of an earlier run instead of issuing them anew: a tenth of the processor's time, on the same
   * device. Only together with `keepOnGpu`. Checked once against a plain run; where it does not give the same, runs stay plain.
   * A `Tensor` object that is fed again must hold what it held: it is not uploaded again.
   */
  readonly capture?: boolean;
  /** Told in one sentence where runs are not replayed although that was asked for. */
  readonly onNotice?: (message: string) => void;
}

/** Something that runs graphs: ONNX Runtime on a CPU, in wasm, or on a WebGPU device. */
export interface Execution {
  /** `cpu`, `wasm`, `webgpu`. */
  readonly name: string;
  /** The device whose buffers sessions accept and return; null where networks run on a CPU or a device of their own. */
  readonly device: GPUDevice | null;
  /** Do runs hold nobody up, as in a worker? */
  readonly beside?: boolean;
  load(graph: Graph, options?: LoadOptions): Promise<Session>;
}
