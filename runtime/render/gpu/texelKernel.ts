import type { ShaderSource } from '../shaderSource.js';
import { computePipeline, type ShaderConstants } from './shaderModule.js';

/** A kernel with one thread per texel and row, from one buffer to another: packing planes, its adjoint, and mixing them. */
export class TexelKernel {
  private constructor(
    private readonly _device: GPUDevice,
    private readonly _name: string,
    private readonly _pipeline: GPUComputePipeline,
    private readonly _layout: GPUBindGroupLayout,
  ) {}

  static async create(device: GPUDevice, source: ShaderSource, constants: ShaderConstants): Promise<TexelKernel> {
    const { name } = source;
    const layout = device.createBindGroupLayout({
      label: name,
      entries: (['uniform', 'read-only-storage', 'storage'] as const).map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    return new TexelKernel(device, name, await computePipeline(device, source, constants, layout), layout);
  }

  /**
   * Submits the kernel.
   * @param texels of one plane
   * @param channels of one plane
   * @param rows threads a texel
   * @param amount a number for the kernel
   */
  run(from: GPUBuffer, to: GPUBuffer, texels: number, channels: number, rows: number, amount = 0): void {
    const { _device: device } = this;
    const params = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    const numbers = Uint32Array.of(texels, channels, 0, 0);
    new Float32Array(numbers.buffer)[2] = amount;
    device.queue.writeBuffer(params, 0, numbers);
    const bindGroup = device.createBindGroup({
      layout: this._layout,
      entries: [params, from, to].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const encoder = device.createCommandEncoder({ label: this._name });
    const pass = encoder.beginComputePass();
    pass.setPipeline(this._pipeline);
    pass.setBindGroup(0, bindGroup);
    const groups = Math.ceil(texels / 64);
    const across = Math.min(groups, 32768);
    pass.dispatchWorkgroups(across, rows, Math.ceil(groups / across));
    pass.end();
    device.queue.submit([encoder.finish()]);
    params.destroy();
  }
}
