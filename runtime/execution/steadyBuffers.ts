import type { InferenceSession } from 'onnxruntime-common';
import { DeviceError } from '../core/errors.js';
import { sizeOf } from '../core/tensor.js';
import { GraphBuilder } from '../network/graph.js';
import { scale } from '../network/operators.js';
import { loadOrtSession, type OnnxRuntime, type Queue } from './ortSession.js';

/** Buffers that ONNX Runtime made and holds. */
export interface SteadyBuffers {
  /** In the order of the sizes that were asked for; at least so large. */
  readonly buffers: readonly GPUBuffer[];
  release(): Promise<void>;
}

/**
 * Buffers that a recorded run may be bound to. ONNX Runtime knows a foreign buffer by a handle that it frees at the end of
 * the run, while the recording keeps it: where another network ran in between, the next replay finds it gone
 * (onnxruntime-web 1.30.0: "Cannot set properties of undefined (gpuBufferMetadata)"). The handles of its own outputs stay.
 * @param sizes dims of each
 */
export async function steadyBuffers(
  ort: OnnxRuntime,
  queue: Queue,
  options: InferenceSession.SessionOptions,
  sizes: readonly (readonly number[])[],
): Promise<SteadyBuffers> {
  const g = new GraphBuilder('buffers');
  sizes.forEach((dims, i) => g.output(`buffer ${i}`, scale(g, g.input(`zeros ${i}`, dims), 2)));
  const session = await loadOrtSession(ort, g.build(), queue, options, { keepOnGpu: true, sharesGpu: true });
  const zeros = sizes.map((dims, i) => [`zeros ${i}`, { dims, data: new Float32Array(sizeOf(dims)) }] as const);
  const outputs = await session.run(Object.fromEntries(zeros));
  const made = sizes.map((_, i) => outputs[`buffer ${i}`]!);
  const buffers = made.map(({ buffer }) => buffer);
  const release = async (): Promise<void> => {
    for (const output of made) output.release();
    await session.dispose();
  };
  if (!buffers.every((buffer) => buffer !== null) || new Set(buffers).size < buffers.length) {
    await release();
    throw new DeviceError('network/buffers', 'ONNX Runtime gives no buffers of its own to record a network with.');
  }
  return { buffers, release };
}
