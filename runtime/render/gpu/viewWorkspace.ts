import type { Camera } from '../../camera/camera.js';
import { DeviceError } from '../../core/errors.js';
import type { RayBounds, RenderSettings } from '../settings.js';
import type { Decoder, PlaneProjection, PlaneSize } from '../volume.js';
import type { Slot } from './bindings.js';
import { storageBuffer } from './buffers.js';
import { packDecoder } from './decoderBuffer.js';
import { workgroup } from './kernels.js';
import { encodeParams, paramsBytes, tilesOf, type Tiling } from './params.js';

/** Samples of a tile take at most this many bytes; more rays become more tiles. */
const sampleBudget = 64 * 2 ** 20;

/** Numbers of the samples buffer for a ray. */
export const samplesPerRay = (settings: RenderSettings): number =>
  settings.depthResolution + 2 * settings.depthResolutionImportance;

/**
 * The buffers of the view in hand, all but its planes, and the tiles that it is cut into. They grow and never shrink: views
 * of several heads and sizes take turns.
 */
export class ViewWorkspace {
  readonly buffers = new Map<Slot, GPUBuffer>();
  private _tiling: Tiling = { resolution: 0, rayCount: 0, tileRays: 0 };
  private _capacity = { rays: 0, tileRays: 0, tiles: 0 };
  private _version = 0;

  /** @param _most numbers that any buffer of a tile holds for a ray, also of others that work on the same tiles */
  constructor(
    readonly device: GPUDevice,
    decoder: Decoder,
    private readonly _settings: RenderSettings,
    private readonly _most: number,
  ) {
    const packed = packDecoder(decoder, _settings.channels);
    const buffer = storageBuffer(device, 'decoder', packed.byteLength, 'The decoder is too large for this device.');
    device.queue.writeBuffer(buffer, 0, packed);
    this.buffers.set('decoder', buffer);
    this.buffers.set('extent', storageBuffer(device, 'extent', 32, ''));
  }

  /** Of the view in hand. */
  get tiling(): Tiling {
    return this._tiling;
  }

  /** What the buffers have room for. */
  get capacity(): { readonly rays: number; readonly tileRays: number; readonly tiles: number } {
    return this._capacity;
  }

  /** Counts how often the buffers were made anew: what was bound to others before is of no use. */
  get version(): number {
    return this._version;
  }

  /**
   * Makes room for a view.
   * @param resolution of a square view; 0 where the rays are no picture
   * @throws DeviceError where the device is too small; what was there stays
   */
  resize(rayCount: number, resolution: number): void {
    const { channels } = this._settings;
    const samples = samplesPerRay(this._settings);
    const budget = Math.min(sampleBudget, this.device.limits.maxStorageBufferBindingSize);
    const fitting = Math.floor(budget / (this._most * 4) / workgroup) * workgroup;
    if (fitting < workgroup) {
      throw new DeviceError('device/limit', `render: ${samples} samples a ray do not fit ${budget} bytes. Use fewer.`);
    }
    const tiling = { resolution, rayCount, tileRays: Math.min(fitting, Math.ceil(rayCount / workgroup) * workgroup) };
    const tiles = tilesOf(tiling).length;
    const capacity = this._capacity;
    if (rayCount <= capacity.rays && tiling.tileRays <= capacity.tileRays && tiles <= capacity.tiles) {
      this._tiling = tiling;
      return;
    }
    const rays = Math.max(rayCount, capacity.rays);
    const tileRays = Math.max(tiling.tileRays, capacity.tileRays);
    const sizes: [Slot, number][] = [
      ['rays', rays * 32],
      ['samples', tileRays * samples * 4],
      ['features', rays * channels * 4],
      ['surface', rays * 8],
    ];
    const what = resolution > 0 ? `An image of ${resolution} x ${resolution}` : `A batch of ${rayCount} rays`;
    const remedy = `${what} with ${channels} channels is too large: render it smaller.`;
    const grown: [Slot, GPUBuffer][] = [];
    try {
      for (const [slot, bytes] of sizes) grown.push([slot, storageBuffer(this.device, slot, bytes, remedy)]);
    } catch (error) {
      for (const [, buffer] of grown) buffer.destroy();
      throw error;
    }
    const params = this.device.createBuffer({
      label: 'params',
      size: Math.max(tiles, capacity.tiles) * this._paramStride,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    for (const [slot, buffer] of [...grown, ['params', params] as [Slot, GPUBuffer]]) {
      this.buffers.get(slot)?.destroy();
      this.buffers.set(slot, buffer);
    }
    this._capacity = { rays, tileRays, tiles: Math.max(tiles, capacity.tiles) };
    this._tiling = tiling;
    this._version++;
  }

  /** Uploads what the kernels need to know of the view, and begins its extent anew. */
  write(
    camera: Camera,
    settings: RenderSettings,
    projection: PlaneProjection,
    planes: PlaneSize,
    crop: RayBounds['crop'],
  ): void {
    const { queue } = this.device;
    const params = encodeParams(camera, settings, projection, planes, this._tiling, this._paramStride, crop);
    queue.writeBuffer(this.buffers.get('params')!, 0, params);
    queue.writeBuffer(this.buffers.get('extent')!, 0, Uint32Array.of(0xffffffff, 0, 0xffffffff, 0, 0));
  }

  /** A submit a tile: long images must not become one command that the driver's watchdog stops. */
  eachTile(body: (pass: GPUComputePassEncoder, offset: number, groups: number) => void): void {
    tilesOf(this._tiling).forEach(({ count }, i) => {
      this.submit((pass) => body(pass, i * this._paramStride, Math.ceil(count / workgroup)));
    });
  }

  submit(body: (pass: GPUComputePassEncoder) => void): void {
    const encoder = this.device.createCommandEncoder({ label: 'render' });
    const pass = encoder.beginComputePass();
    body(pass);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.destroy();
    this.buffers.clear();
  }

  private get _paramStride(): number {
    const alignment = this.device.limits.minUniformBufferOffsetAlignment;
    return Math.ceil(paramsBytes / alignment) * alignment;
  }
}
