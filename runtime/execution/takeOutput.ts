import { sizeOf } from '../core/tensor.js';
import { readFloats } from '../render/gpu/buffers.js';
import type { Output } from './execution.js';

/**
 * An output's values on the CPU, its own; its memory is given back.
 * @param device that the output lies on; null: none does
 */
export async function takeOutput(output: Output, device: GPUDevice | null): Promise<Float32Array> {
  try {
    return output.data?.slice() ?? (await readFloats(device!, output.buffer!, sizeOf(output.dims)));
  } finally {
    output.release();
  }
}
