/** Copies a texture to the CPU: waits for the GPU, so never inside a frame. [depth, height, width, bytesPerTexel], no padding. */
export async function readTexture(device: GPUDevice, texture: GPUTexture, bytesPerTexel: number): Promise<Uint8Array> {
  const { width, height, depthOrArrayLayers: depth } = texture;
  const bytesPerRow = Math.ceil((width * bytesPerTexel) / 256) * 256;
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ label: 'read-back', size: bytesPerRow * height * depth, usage });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyTextureToBuffer({ texture }, { buffer: staging, bytesPerRow, rowsPerImage: height }, [
      width,
      height,
      depth,
    ]);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const padded = new Uint8Array(staging.getMappedRange());
    const packed = new Uint8Array(width * height * depth * bytesPerTexel);
    const row = width * bytesPerTexel;
    for (let y = 0; y < height * depth; y++) {
      packed.set(padded.subarray(y * bytesPerRow, y * bytesPerRow + row), y * row);
    }
    return packed;
  } finally {
    staging.destroy();
  }
}
