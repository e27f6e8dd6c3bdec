/** A picture's textures, as the renderer writes them. */
export function pictureTextures(device: GPUDevice, side: number): { color: GPUTexture; depth: GPUTexture } {
  const usage = GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC;
  return {
    color: device.createTexture({ format: 'rgba8unorm', size: [side, side], usage }),
    depth: device.createTexture({ format: 'rg32float', size: [side, side], usage }),
  };
}
