import type { StorageBuffer } from '@babylonjs/core/Buffers/storageBuffer.js';
import { WebGPUDataBuffer } from '@babylonjs/core/Meshes/WebGPU/webgpuDataBuffer.js';

/**
 * A buffer of ours as Babylon's materials take it. Babylon neither owns nor frees it: a StorageBuffer would.
 * A new wrapper for every new buffer: Babylon's bind groups are cached by its number.
 */
export function sharedBuffer(buffer: GPUBuffer): StorageBuffer {
  const data = new WebGPUDataBuffer(buffer, buffer.size);
  // Materials ask a storage buffer for nothing else.
  return { getBuffer: () => data } as unknown as StorageBuffer;
}
