import { requireCamera, type Camera } from '../../camera/camera.js';
import { DeviceError, HeadError, NumericError, ShapeError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import type { RenderedRays } from '../cpuRenderer.js';
import type { Rays } from '../rays.js';
import { boundedSettings, requireResolution, type RayBounds, type RenderSettings } from '../settings.js';
import type { Decoder, PlaneProjection } from '../volume.js';
import { bindUses, kernelLayout, kernelUses, type KernelName, type Slot } from './bindings.js';
import { readFloats, storageBuffer } from './buffers.js';
import { packDecoder } from './decoderBuffer.js';
import { encodeParams, noCamera, paramsBytes, tilesOf, type Tiling } from './params.js';
import { PlaneTexels } from './planeTexels.js';
import { computePipeline, type ShaderConstants } from './shaderModule.js';

/** A rendered view on the GPU. The buffers belong to the renderer and hold until its next `render`. */
export interface GpuImage {
  /** Side of a square view; 0 where the rays are no picture. */
  readonly resolution: number;
  readonly rayCount: number;
  readonly channels: number;
  /** f32 [channels, R], see RenderedRays.features */
  readonly features: GPUBuffer;
  /** vec2f [R]: depth, world units, and alpha */
  readonly surface: GPUBuffer;
}

/** Samples of a tile take at most this many bytes; more rays become more tiles. */
const sampleBudget = 64 * 2 ** 20;
const workgroup = 64;

/** A compiled kernel. */
export interface Kernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

interface Kernels extends Record<Exclude<KernelName, 'density' | 'importance'>, Kernel> {
  readonly coarse: Kernel;
  readonly fine: Kernel | null;
  readonly importance: Kernel | null;
}

/** The numbers that size arrays in the kernels. */
export function kernelConstants(decoder: Decoder, settings: RenderSettings): ShaderConstants {
  return {
    CHANNELS4: Math.ceil(decoder.channels / 4),
    HIDDEN: decoder.hidden,
    COLORS: settings.channels,
    COLORS4: Math.ceil(settings.channels / 4),
    DEPTHS: settings.depthResolution,
    FINE: settings.depthResolutionImportance,
  };
}

async function compile(device: GPUDevice, decoder: Decoder, settings: RenderSettings): Promise<Kernels> {
  const constants = kernelConstants(decoder, settings);
  const kernel = async (name: KernelName, overrides?: Record<string, number>): Promise<Kernel> => {
    const layout = kernelLayout(device, name);
    return { layout, pipeline: await computePipeline(device, `render/${name}`, constants, layout, overrides) };
  };
  const importance = settings.depthResolutionImportance > 0;
  return {
    rays: await kernel('rays'),
    coarse: await kernel('density', { FINE_PASS: 0 }),
    importance: importance ? await kernel('importance') : null,
    fine: importance ? await kernel('density', { FINE_PASS: 1 }) : null,
    march: await kernel('march'),
    resolveDepth: await kernel('resolveDepth'),
  };
}

/** What a renderer is made of. */
export interface RendererParts {
  readonly device: GPUDevice;
  readonly decoder: Decoder;
  readonly projection: PlaneProjection;
  readonly settings: RenderSettings;
  readonly kernels: Kernels;
  readonly texels: PlaneTexels;
}

/**
 * Ray-marches planes on a GPU: rays, coarse density, importance draws, fine density, march, depth (one kernel each, in
 * this order, shaders/render). Knows matrices and sizes, nothing of a scene. Twin: runtime/render/cpuRenderer.ts.
 */
export class GpuRenderer {
  readonly device: GPUDevice;
  readonly settings: RenderSettings;
  protected readonly _own = new Map<Slot, GPUBuffer>();
  protected _tiling: Tiling = { resolution: 0, rayCount: 0, tileRays: 0 };
  /** The planes of a renderer that shows one head, and those of the view in hand. */
  protected readonly _texels: PlaneTexels;
  private _current: PlaneTexels;
  protected readonly _decoder: Decoder;
  private readonly _projection: PlaneProjection;
  private readonly _kernels: Kernels;
  private _bindings: Map<Kernel, GPUBindGroup> | null = null;
  /** Of every head's planes, until the shared buffers grow. */
  private _knownBindings = new WeakMap<GPUBuffer, Map<Kernel, GPUBindGroup>>();
  /** What the buffers have room for. */
  protected _capacity = { rays: 0, tileRays: 0, tiles: 0 };

  protected constructor({ device, decoder, projection, settings, kernels, texels }: RendererParts) {
    this.device = device;
    this.settings = settings;
    this._decoder = decoder;
    this._projection = projection;
    this._kernels = kernels;
    this._texels = texels;
    this._current = texels;
    const packed = packDecoder(decoder, settings.channels);
    const buffer = storageBuffer(device, 'decoder', packed.byteLength, 'The decoder is too large for this device.');
    device.queue.writeBuffer(buffer, 0, packed);
    this._own.set('decoder', buffer);
    this._own.set('extent', storageBuffer(device, 'extent', 32, ''));
  }

  /**
   * Compiles the kernels.
   * @throws DeviceError where the device is too small for them
   */
  static async create(
    device: GPUDevice,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
  ): Promise<GpuRenderer> {
    return new GpuRenderer(await GpuRenderer.compile(device, decoder, projection, settings));
  }

  protected static async compile(
    device: GPUDevice,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
  ): Promise<RendererParts> {
    if (settings.channels > decoder.colors) {
      throw new ShapeError(
        'render/channels',
        `GpuRenderer: ${settings.channels} channels asked for, the decoder makes ${decoder.colors}.`,
      );
    }
    const kernels = await compile(device, decoder, settings);
    const texels = await PlaneTexels.create(device, decoder.channels);
    return { device, decoder, projection, settings, kernels, texels };
  }

  /** A place for another head's planes; all other buffers are shared. Dispose it when done. */
  createPlanes(): PlaneTexels {
    return this._texels.sibling();
  }

  /**
   * Takes the network's planes: a buffer of this device (nothing is read back), or numbers.
   * @param planes f32 [3 C, H, W] or [1, 3 C, H, W]
   * @param into where they go; absent: the planes of this renderer's one head
   */
  setPlanes(planes: { buffer: GPUBuffer; dims: readonly number[] } | Tensor, into = this._texels): void {
    into.set(planes);
  }

  /**
   * Submits the kernels; nothing is awaited or read back.
   * @param bounds of this view's rays; absent: those of the settings
   * @param planes of the head to show; absent: this renderer's one head
   */
  render(camera: Camera, resolution: number, bounds?: RayBounds, planes = this._texels): GpuImage {
    requireResolution(resolution);
    requireCamera(camera);
    this._current = planes;
    const settings = boundedSettings(this.settings, bounds);
    this._prepare(camera, settings, resolution * resolution, resolution, bounds?.crop);
    this._submit((pass) => this._dispatch(pass, this._kernels.rays, 0, ...this._flat(this._tiling.rayCount)));
    return this._march();
  }

  /**
   * Renders any rays, such as random ones or patches for training; bounds as each ray has them.
   * @throws ShapeError without rays
   */
  renderRays(rays: Rays): GpuImage {
    if (rays.count < 1)
      throw new ShapeError('render/rays', 'GpuRenderer.renderRays: there are no rays. Pass at least one.');
    this._current = this._texels;
    this._prepare(noCamera, this.settings, rays.count, 0, undefined);
    const data = new Float32Array(rays.count * 8);
    for (let ray = 0; ray < rays.count; ray++) {
      data.set(rays.origins.subarray(ray * 3, ray * 3 + 3), ray * 8);
      data[ray * 8 + 3] = rays.bounds[ray * 2]!;
      data.set(rays.directions.subarray(ray * 3, ray * 3 + 3), ray * 8 + 4);
      data[ray * 8 + 7] = rays.bounds[ray * 2 + 1]!;
    }
    this.device.queue.writeBuffer(this._own.get('rays')!, 0, data);
    return this._march();
  }

  /**
   * Copies a view to the CPU.
   * @throws NumericError where rays came out NaN or infinite
   */
  async read(image: GpuImage): Promise<RenderedRays> {
    const rays = image.rayCount;
    const features = await readFloats(this.device, image.features, image.channels * rays);
    const surface = await readFloats(this.device, image.surface, 2 * rays);
    await this.requireFinite();
    const depth = new Float32Array(rays);
    const alpha = new Float32Array(rays);
    for (let i = 0; i < rays; i++) [depth[i], alpha[i]] = [surface[2 * i]!, surface[2 * i + 1]!];
    return { features, depth, alpha };
  }

  /**
   * Waits for the last view and checks it; for loading and tests, not for frames.
   * @throws NumericError where rays came out NaN or infinite
   */
  async requireFinite(): Promise<void> {
    const extent = await readFloats(this.device, this._own.get('extent')!, 5);
    const bad = new Uint32Array(extent.buffer)[4]!;
    if (bad > 0) {
      throw new NumericError(
        'render/nan',
        `GpuRenderer: ${bad} of ${this._tiling.rayCount} rays are NaN or infinite. ` +
          'The planes or the decoder hold numbers that are not finite: check the checkpoint, the latent and the person.',
      );
    }
  }

  dispose(): void {
    for (const buffer of this._own.values()) buffer.destroy();
    this._own.clear();
    this._texels.dispose();
  }

  /** Floats of the samples buffer a ray, and the most that any buffer of a tile holds for one. */
  protected _floatsPerRay(): { readonly samples: number; readonly most: number } {
    const samples = this.settings.depthResolution + 2 * this.settings.depthResolutionImportance;
    return { samples, most: samples };
  }

  /** Called when the buffers were made anew. */
  protected _resized(): void {
    this._knownBindings = new WeakMap();
  }

  /** Dispatches the density passes of a tile. */
  protected _density(pass: GPUComputePassEncoder, offset: number, groups: number): void {
    const { coarse, importance, fine } = this._kernels;
    this._dispatch(pass, coarse, offset, groups, this.settings.depthResolution);
    if (!importance || !fine) return;
    this._dispatch(pass, importance, offset, groups, 1);
    this._dispatch(pass, fine, offset, groups, this.settings.depthResolutionImportance);
  }

  /** A submit a tile: long images must not become one command that the driver's watchdog stops. */
  protected _eachTile(body: (pass: GPUComputePassEncoder, offset: number, groups: number) => void): void {
    const stride = this._paramStride();
    tilesOf(this._tiling).forEach(({ count }, i) => {
      this._submit((pass) => body(pass, i * stride, Math.ceil(count / workgroup)));
    });
  }

  protected _planes(): GPUBuffer {
    const planes = this._current.buffer;
    if (!planes) throw new HeadError('render/planes', 'GpuRenderer.render: no planes yet. Call setPlanes first.');
    return planes;
  }

  private _march(): GpuImage {
    const { march, resolveDepth } = this._kernels;
    this._eachTile((pass, offset, groups) => {
      this._density(pass, offset, groups);
      this._dispatch(pass, march, offset, groups, 1);
    });
    const { resolution, rayCount } = this._tiling;
    this._submit((pass) => this._dispatch(pass, resolveDepth, 0, ...this._flat(rayCount)));
    const [features, surface] = [this._own.get('features')!, this._own.get('surface')!];
    return { resolution, rayCount, channels: this.settings.channels, features, surface };
  }

  private _prepare(
    camera: Camera,
    settings: RenderSettings,
    rayCount: number,
    resolution: number,
    crop: RayBounds['crop'],
  ): void {
    const planes = this._planes();
    this._resize(rayCount, resolution);
    this._bind(planes);
    const { queue } = this.device;
    const { size } = this._current;
    const params = encodeParams(camera, settings, this._projection, size, this._tiling, this._paramStride(), crop);
    queue.writeBuffer(this._own.get('params')!, 0, params);
    queue.writeBuffer(this._own.get('extent')!, 0, Uint32Array.of(0xffffffff, 0, 0xffffffff, 0, 0));
  }

  private _paramStride(): number {
    const alignment = this.device.limits.minUniformBufferOffsetAlignment;
    return Math.ceil(paramsBytes / alignment) * alignment;
  }

  private _resize(rayCount: number, resolution: number): void {
    const { channels } = this.settings;
    const { samples, most } = this._floatsPerRay();
    const budget = Math.min(sampleBudget, this.device.limits.maxStorageBufferBindingSize);
    const fitting = Math.floor(budget / (most * 4) / workgroup) * workgroup;
    if (fitting < workgroup) {
      throw new DeviceError('device/limit', `render: ${samples} samples a ray do not fit ${budget} bytes. Use fewer.`);
    }
    const tiling = { resolution, rayCount, tileRays: Math.min(fitting, Math.ceil(rayCount / workgroup) * workgroup) };
    const tiles = tilesOf(tiling).length;
    // Views of several heads and sizes take turns: what was large enough once stays.
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
      size: Math.max(tiles, capacity.tiles) * this._paramStride(),
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    for (const [slot, buffer] of [...grown, ['params', params] as [Slot, GPUBuffer]]) {
      this._own.get(slot)?.destroy();
      this._own.set(slot, buffer);
    }
    this._capacity = { rays, tileRays, tiles: Math.max(tiles, capacity.tiles) };
    this._tiling = tiling;
    this._resized();
  }

  private _bind(planes: GPUBuffer): void {
    const known = this._knownBindings.get(planes);
    if (known) {
      this._bindings = known;
      return;
    }
    const buffers = { ...(Object.fromEntries(this._own) as Partial<Record<Slot, GPUBuffer>>), planes };
    const named: [KernelName, Kernel | null][] = [
      ['rays', this._kernels.rays],
      ['density', this._kernels.coarse],
      ['importance', this._kernels.importance],
      ['density', this._kernels.fine],
      ['march', this._kernels.march],
      ['resolveDepth', this._kernels.resolveDepth],
    ];
    const bindings = new Map<Kernel, GPUBindGroup>();
    for (const [name, kernel] of named) {
      if (kernel)
        bindings.set(kernel, bindUses(this.device, name, kernelUses[name], kernel.layout, buffers, paramsBytes));
    }
    this._knownBindings.set(planes, bindings);
    this._bindings = bindings;
  }

  private _flat(rays: number): [number, number] {
    const groups = Math.ceil(rays / workgroup);
    const across = Math.min(groups, 32768);
    return [across, Math.ceil(groups / across)];
  }

  private _submit(body: (pass: GPUComputePassEncoder) => void): void {
    const encoder = this.device.createCommandEncoder({ label: 'render' });
    const pass = encoder.beginComputePass();
    body(pass);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  protected _dispatch(
    pass: GPUComputePassEncoder,
    kernel: Kernel,
    offset: number,
    x: number,
    y: number,
    bindings = this._bindings,
  ): void {
    pass.setPipeline(kernel.pipeline);
    pass.setBindGroup(0, bindings!.get(kernel), [offset]);
    pass.dispatchWorkgroups(x, y);
  }
}
