/** A texture's bytes without padding, [depth, height, width, bytesPerTexel]. */
export async function readTexture(device: GPUDevice, texture: GPUTexture, bytesPerTexel: number): Promise<Uint8Array> {
  const { width, height, depthOrArrayLayers: depth } = texture;
  const bytesPerRow = Math.ceil((width * bytesPerTexel) / 256) * 256;
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ size: bytesPerRow * height * depth, usage });
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
  for (let row = 0; row < height * depth; row++) {
    packed.set(
      padded.subarray(row * bytesPerRow, row * bytesPerRow + width * bytesPerTexel),
      row * width * bytesPerTexel,
    );
  }
  staging.destroy();
  return packed;
}

/** A picture's textures, as the renderer writes them. */
export function pictureTextures(device: GPUDevice, side: number): { color: GPUTexture; depth: GPUTexture } {
  const usage = GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC;
  return {
    color: device.createTexture({ format: 'rgba8unorm', size: [side, side], usage }),
    depth: device.createTexture({ format: 'rg32float', size: [side, side], usage }),
  };
}
