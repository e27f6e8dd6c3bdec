import { storageBuffer } from './buffers.js';
import { computePipeline } from './shaderModule.js';

/** Sizes of the planes on the GPU. */
export interface PlaneSize {
  readonly width: number;
  readonly height: number;
}

/** Rearranges the network's planes into texels (shaders/render/packPlanes.wgsl) and keeps them. */
export class PlaneTexels {
  private _buffer: GPUBuffer | null = null;
  private _size: PlaneSize = { width: 0, height: 0 };

  private constructor(
    private readonly _device: GPUDevice,
    private readonly _pipeline: GPUComputePipeline,
    private readonly _layout: GPUBindGroupLayout,
    private readonly _channels: number,
  ) {}

  static async create(device: GPUDevice, channels: number): Promise<PlaneTexels> {
    const layout = device.createBindGroupLayout({
      label: 'packPlanes',
      entries: (['uniform', 'read-only-storage', 'storage'] as const).map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    const constants = { CHANNELS4: Math.ceil(channels / 4) };
    return new PlaneTexels(
      device,
      await computePipeline(device, 'render/packPlanes', constants, layout),
      layout,
      channels,
    );
  }

  /** vec4f texels, [3][H][W][ceil(C / 4)]; null before the first planes. */
  get buffer(): GPUBuffer | null {
    return this._buffer;
  }

  get size(): PlaneSize {
    return this._size;
  }

  /**
   * Packs planes that are already on this device.
   * @param output f32 [3 C, H, W], as the backbone writes them
   */
  pack(output: GPUBuffer, size: PlaneSize): void {
    const texels = size.width * size.height;
    const channels4 = Math.ceil(this._channels / 4);
    if (!this._buffer || size.width !== this._size.width || size.height !== this._size.height) {
      const remedy = 'Create the device with its adapter’s maximum limits.';
      const grown = storageBuffer(this._device, 'planes', 3 * texels * channels4 * 16, remedy);
      this._buffer?.destroy();
      this._buffer = grown;
      this._size = size;
    }
    const params = this._device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this._device.queue.writeBuffer(params, 0, Uint32Array.of(texels, this._channels, 0, 0));
    const bindGroup = this._device.createBindGroup({
      layout: this._layout,
      entries: [params, output, this._buffer].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const encoder = this._device.createCommandEncoder({ label: 'packPlanes' });
    const pass = encoder.beginComputePass();
    pass.setPipeline(this._pipeline);
    pass.setBindGroup(0, bindGroup);
    const groups = Math.ceil(texels / 64);
    const across = Math.min(groups, 32768);
    pass.dispatchWorkgroups(across, 3 * channels4, Math.ceil(groups / across));
    pass.end();
    this._device.queue.submit([encoder.finish()]);
    params.destroy();
  }

  dispose(): void {
    this._buffer?.destroy();
    this._buffer = null;
  }
}
