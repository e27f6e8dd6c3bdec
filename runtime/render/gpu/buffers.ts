import { DeviceError } from '../../core/errors.js';

/**
 * Storage buffer, also copyable both ways.
 * @throws DeviceError naming the limit, where the device cannot bind that many bytes
 */
export function storageBuffer(
  device: GPUDevice,
  label: string,
  bytes: number,
  remedy: string,
  extraUsage: GPUBufferUsageFlags = 0,
): GPUBuffer {
  const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  if (bytes > limit) {
    throw new DeviceError(
      'device/limit',
      `render: ${label} needs ${bytes} bytes, the device binds at most ${limit} ` +
        `(maxStorageBufferBindingSize, maxBufferSize). ${remedy}`,
    );
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | extraUsage;
  return device.createBuffer({ label, size: Math.max(16, Math.ceil(bytes / 16) * 16), usage });
}

/** Copies a buffer to the CPU: waits for the GPU, so never inside a frame. */
export async function readFloats(device: GPUDevice, buffer: GPUBuffer, count: number): Promise<Float32Array> {
  const bytes = count * 4;
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ label: 'read-back', size: bytes, usage });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}
