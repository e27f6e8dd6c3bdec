import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { formatDims, sizeOf } from '../core/tensor.js';
import type { Graph } from '../network/graph.js';
import { encodeOnnx } from '../network/onnx.js';
import { storageBuffer } from '../render/gpu/buffers.js';
import type { Feed, Output, Session } from './execution.js';
import { requireFeed, requireKnown, type InputDims, type OnnxRuntime, type Queue } from './ortSession.js';
import { steadyBuffers, type SteadyBuffers } from './steadyBuffers.js';

interface Place {
  readonly dims: readonly number[];
  readonly buffer: GPUBuffer;
  readonly tensor: OrtTensor;
}

const remedy = 'The network is too large for this device.';
/** Copies of an output that are kept for the next run. */
const keptCopies = 2;

/**
 * A session of ONNX Runtime whose commands are recorded in its first run and replayed in all others (graph capture). A
 * replay reads and writes the buffers of the recording, so they stay: feeds are written into them, and outputs are copied
 * out of them.
 */
export class BoundSession implements Session {
  private readonly _written = new Map<string, Feed>();
  private readonly _copies = new Map<string, GPUBuffer[]>();
  private readonly _dims: InputDims;
  private readonly _fed: Record<string, OrtTensor>;
  private readonly _fetched: Record<string, OrtTensor>;
  private _recorded = false;
  private _disposed = false;

  private constructor(
    private readonly _where: string,
    private readonly _device: GPUDevice,
    private readonly _queue: Queue,
    private readonly _session: InferenceSession,
    private readonly _inputs: ReadonlyMap<string, Place>,
    private readonly _outputs: ReadonlyMap<string, Place>,
    private readonly _room: SteadyBuffers,
  ) {
    this._dims = new Map([..._inputs].map(([name, { dims }]) => [name, dims]));
    this._fed = tensors(_inputs);
    this._fetched = tensors(_outputs);
  }

  /** @param sessionOptions with the provider that runs on `device` */
  static async load(
    ort: OnnxRuntime,
    graph: Graph,
    queue: Queue,
    device: GPUDevice,
    sessionOptions: InferenceSession.SessionOptions,
  ): Promise<BoundSession> {
    const options: InferenceSession.SessionOptions = {
      ...sessionOptions,
      enableGraphCapture: true,
      preferredOutputLocation: 'gpu-buffer',
    };
    const session = await queue.add(() => ort.InferenceSession.create(encodeOnnx(graph), options));
    const where = `network ${graph.name}`;
    const places = [...graph.inputs, ...graph.outputs];
    const room = await steadyBuffers(
      ort,
      queue,
      sessionOptions,
      places.map(({ dims }) => dims),
    );
    const placed = new Map(
      places.map(({ name, dims }, i): [string, Place] => {
        const buffer = room.buffers[i]!;
        return [name, { dims, buffer, tensor: ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims }) }];
      }),
    );
    const of = (values: readonly { readonly name: string }[]): Map<string, Place> =>
      new Map(values.map(({ name }) => [name, placed.get(name)!]));
    return new BoundSession(where, device, queue, session, of(graph.inputs), of(graph.outputs), room);
  }

  get inputs(): readonly string[] {
    return [...this._inputs.keys()];
  }

  async run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Output>> {
    requireKnown(this._where, this._dims, feeds);
    for (const [name, of] of this._dims) requireFeed(this._where, name, of, feeds[name]);
    return this._queue.add(async () => {
      this._write(feeds);
      await this._execute();
      return this._copyOut();
    });
  }

  async dispose(): Promise<void> {
    this._disposed = true;
    await this._queue.add(() => this._session.release());
    await this._room.release();
    for (const buffer of [...this._copies.values()].flat()) buffer.destroy();
    this._copies.clear();
  }

  /**
   * The first run binds the outputs. A replay makes a tensor of its own for each, over the same buffer, to be given back; where
   * ONNX Runtime is handed the bound one again, it loses its own (onnxruntime-web 1.30.0, `run` in wasm-core-impl.ts).
   */
  private async _execute(): Promise<void> {
    if (!this._recorded) {
      await this._session.run(this._fed, this._fetched);
      this._recorded = true;
      return;
    }
    const made = await this._session.run(this._fed);
    for (const tensor of Object.values(made)) tensor.dispose();
  }

  /** What was fed last is there already: a person's factors, from run to run. */
  private _write(feeds: Readonly<Record<string, Feed>>): void {
    const { queue } = this._device;
    for (const [name, { buffer, dims }] of this._inputs) {
      const feed = feeds[name]!;
      if ('data' in feed) {
        if (this._written.get(name) === feed) continue;
        queue.writeBuffer(buffer, 0, feed.data as Float32Array<ArrayBuffer>);
        this._written.set(name, feed);
      } else {
        this._copy([[feed.buffer, buffer, 4 * sizeOf(dims)]]);
        this._written.delete(name);
      }
    }
  }

  private _copyOut(): Record<string, Output> {
    const made = [...this._outputs].map(([name, { dims, buffer }]) => {
      const bytes = 4 * sizeOf(dims);
      const label = `${this._where} ${name} ${formatDims(dims)}`;
      const copy = this._copies.get(name)?.pop() ?? storageBuffer(this._device, label, bytes, remedy);
      return { name, dims, bytes, buffer, copy };
    });
    this._copy(made.map(({ buffer, copy, bytes }) => [buffer, copy, bytes]));
    return Object.fromEntries(
      made.map(({ name, dims, copy }) => {
        const release = (): void => this._takeBack(name, copy);
        return [name, { dims, data: null, buffer: copy, release }];
      }),
    );
  }

  private _copy(copies: readonly (readonly [from: GPUBuffer, to: GPUBuffer, bytes: number])[]): void {
    const encoder = this._device.createCommandEncoder({ label: this._where });
    for (const [from, to, bytes] of copies) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
    this._device.queue.submit([encoder.finish()]);
  }

  private _takeBack(name: string, copy: GPUBuffer): void {
    const kept = this._copies.get(name) ?? [];
    if (kept.includes(copy)) return;
    if (this._disposed || kept.length >= keptCopies) copy.destroy();
    else this._copies.set(name, [...kept, copy]);
  }
}

const tensors = (places: ReadonlyMap<string, Place>): Record<string, OrtTensor> =>
  Object.fromEntries([...places].map(([name, { tensor }]) => [name, tensor]));
