const bytesPerTexel: Readonly<Record<string, number>> = {
  r8unorm: 1,
  rgba8unorm: 4,
  bgra8unorm: 4,
  depth16unorm: 2,
  depth24plus: 4,
  'depth24plus-stencil8': 4,
  depth32float: 4,
  'depth32float-stencil8': 8,
  rg32float: 8,
  rgba16float: 8,
  rgba32float: 16,
};

function textureBytes({ width, height, depthOrArrayLayers, format, mipLevelCount, sampleCount }: GPUTexture): number {
  const known = bytesPerTexel[format];
  if (known === undefined) throw new Error(`gpuLedger: it does not know how many bytes a texel of ${format} takes.`);
  const mips = mipLevelCount > 1 ? 4 / 3 : 1;
  return width * height * depthOrArrayLayers * sampleCount * known * mips;
}

/** Counts the bytes of what a device has made and not destroyed, by whoever it was asked. */
export class GpuLedger {
  private readonly _live = new Map<object, number>();

  constructor(device: GPUDevice) {
    const createBuffer = device.createBuffer.bind(device);
    const createTexture = device.createTexture.bind(device);
    device.createBuffer = (descriptor) => this._enter(createBuffer(descriptor), descriptor.size);
    device.createTexture = (descriptor) => {
      const texture = createTexture(descriptor);
      return this._enter(texture, textureBytes(texture));
    };
  }

  get bytes(): number {
    return [...this._live.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  get objects(): number {
    return this._live.size;
  }

  private _enter<T extends { destroy(): undefined }>(made: T, bytes: number): T {
    this._live.set(made, bytes);
    const destroy = made.destroy.bind(made);
    made.destroy = () => {
      this._live.delete(made);
      destroy();
    };
    return made;
  }
}
