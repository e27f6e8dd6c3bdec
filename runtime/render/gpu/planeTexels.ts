import { mixPlanes } from '../../../shaders/render/mixPlanes.wgsl.generated.js';
import { packPlanes } from '../../../shaders/render/packPlanes.wgsl.generated.js';
import { sizeOf, type Tensor } from '../../core/tensor.js';
import { planeSize, type PlaneSize } from '../volume.js';
import { storageBuffer } from './buffers.js';
import { planeConstants, quadBytes, type PlaneFormat } from './planeFormat.js';
import { TexelKernel } from './texelKernel.js';

/** Rearranges the network's planes into texels (shaders/render/packPlanes.wgsl) and keeps them. */
export class PlaneTexels {
  private _buffer: GPUBuffer | null = null;
  private _size: PlaneSize = { width: 0, height: 0 };

  private constructor(
    private readonly _device: GPUDevice,
    private readonly _packer: TexelKernel,
    private readonly _mixer: TexelKernel,
    private readonly _channels: number,
    private readonly _format: PlaneFormat,
  ) {}

  static async create(device: GPUDevice, channels: number, format: PlaneFormat): Promise<PlaneTexels> {
    const constants = planeConstants(format);
    const [packer, mixer] = await Promise.all([
      TexelKernel.create(device, packPlanes, { ...constants, CHANNELS4: Math.ceil(channels / 4) }),
      TexelKernel.create(device, mixPlanes, constants),
    ]);
    return new PlaneTexels(device, packer, mixer, channels, format);
  }

  /** A place for another head's planes, worked on by the same kernels. */
  sibling(): PlaneTexels {
    return new PlaneTexels(this._device, this._packer, this._mixer, this._channels, this._format);
  }

  /** Texels of the format, [3][H][W][ceil(C / 4)]; null before the first planes. */
  get buffer(): GPUBuffer | null {
    return this._buffer;
  }

  get size(): PlaneSize {
    return this._size;
  }

  /** Bytes on the GPU. */
  get bytes(): number {
    return this._buffer?.size ?? 0;
  }

  /**
   * Submits the packing of planes; nothing is awaited.
   * @param planes [1, 3 C, H, W] as the backbone writes them, in a buffer of this device or on the CPU
   * @throws ShapeError for other sizes
   */
  set(planes: { readonly buffer: GPUBuffer; readonly dims: readonly number[] } | Tensor): void {
    const size = planeSize(sizeOf(planes.dims), planes.dims, this._channels);
    if ('buffer' in planes) {
      this.pack(planes.buffer, size);
      return;
    }
    const { data } = planes;
    const remedy = 'The planes are too large for this device.';
    const upload = storageBuffer(this._device, 'planes upload', data.byteLength, remedy);
    this._device.queue.writeBuffer(upload, 0, data as Float32Array<ArrayBuffer>);
    this.pack(upload, size);
    upload.destroy();
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
      const grown = storageBuffer(this._device, 'planes', 3 * texels * channels4 * quadBytes(this._format), remedy);
      this._buffer?.destroy();
      this._buffer = grown;
      this._size = size;
    }
    this._packer.run(output, this._buffer, texels, this._channels, 3 * channels4);
  }

  /**
   * Goes a share of the way to other planes, in place.
   * @param coming of the same size; nothing happens where they are not
   * @param amount 0: stays, 1: becomes the other, exactly
   */
  mix(coming: PlaneTexels, amount: number): void {
    const { width, height } = coming._size;
    if (!this._buffer || !coming._buffer || width !== this._size.width || height !== this._size.height) return;
    const texels = 3 * width * height * Math.ceil(this._channels / 4);
    this._mixer.run(coming._buffer, this._buffer, texels, this._channels, 1, amount);
  }

  dispose(): void {
    this._buffer?.destroy();
    this._buffer = null;
  }
}
