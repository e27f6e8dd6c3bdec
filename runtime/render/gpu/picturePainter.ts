import { picture } from '../../../shaders/render/picture.wgsl.generated.js';
import { computePipeline } from './shaderModule.js';

/** What a picture is painted from; all on the painter's device. */
export interface PictureSource {
  /** f32 [3, S, S] in -1..1, further channels may follow: a view's features or its super-resolved image. */
  readonly colors: GPUBuffer;
  readonly colorSide: number;
  /** vec2f [R, R]: depth along the ray, world units, and alpha; see RenderedView.surface. */
  readonly surface: GPUBuffer;
  readonly depthSide: number;
}

/** Where it is painted. Both need STORAGE_BINDING. */
export interface PictureTarget {
  /** rgba8unorm, S x S: display values (sRGB) multiplied by alpha, and alpha; bottom row first. */
  readonly color: GPUTexture;
  /** rg32float, R x R: depth along the ray, world units, and alpha; bottom row first. */
  readonly depth: GPUTexture;
}

/** Writes views into textures (shaders/render/picture.wgsl), so that the renderer's buffers are free for the next view. */
export class PicturePainter {
  private constructor(
    private readonly _device: GPUDevice,
    private readonly _pipeline: GPUComputePipeline,
    private readonly _layout: GPUBindGroupLayout,
    private readonly _params: GPUBuffer,
  ) {}

  static async create(device: GPUDevice): Promise<PicturePainter> {
    const visibility = GPUShaderStage.COMPUTE;
    const layout = device.createBindGroupLayout({
      label: 'picture',
      entries: [
        { binding: 0, visibility, buffer: { type: 'uniform' } },
        { binding: 1, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 2, visibility, buffer: { type: 'read-only-storage' } },
        { binding: 3, visibility, storageTexture: { access: 'write-only', format: 'rgba8unorm' } },
        { binding: 4, visibility, storageTexture: { access: 'write-only', format: 'rg32float' } },
      ],
    });
    const pipeline = await computePipeline(device, picture, {}, layout);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    return new PicturePainter(
      device,
      pipeline,
      layout,
      device.createBuffer({ label: 'picture params', size: 16, usage }),
    );
  }

  /** Submits the kernel; nothing is awaited. */
  paint({ colors, colorSide, surface, depthSide }: PictureSource, { color, depth }: PictureTarget): void {
    const { _device: device } = this;
    device.queue.writeBuffer(this._params, 0, Uint32Array.of(colorSide, depthSide, 0, 0));
    const resources = [{ buffer: this._params }, { buffer: colors }, { buffer: surface }];
    const bindGroup = device.createBindGroup({
      layout: this._layout,
      entries: [...resources, color.createView(), depth.createView()].map((resource, binding) => ({
        binding,
        resource,
      })),
    });
    const encoder = device.createCommandEncoder({ label: 'picture' });
    const pass = encoder.beginComputePass();
    pass.setPipeline(this._pipeline);
    pass.setBindGroup(0, bindGroup);
    const groups = Math.ceil(Math.max(colorSide, depthSide) / 8);
    pass.dispatchWorkgroups(groups, groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    this._params.destroy();
  }
}
