import { requireCamera, type Camera } from '../../camera/camera.js';
import { HeadError, NumericError, ShapeError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import type { RenderedRays } from '../cpuRenderer.js';
import type { Rays } from '../rays.js';
import { boundedSettings, requireResolution, type RayBounds, type RenderSettings } from '../settings.js';
import type { Decoder, PlaneProjection } from '../volume.js';
import { kernelUses, type KernelName, type Slot } from './bindings.js';
import { readFloats } from './buffers.js';
import {
  bindKernels,
  compileKernel,
  dispatch,
  kernelConstants,
  workgroup,
  type Bindings,
  type Kernel,
} from './kernels.js';
import { noCamera } from './params.js';
import type { PlaneFormat } from './planeFormat.js';
import { PlaneTexels } from './planeTexels.js';
import { viewShaders } from './viewShaders.js';
import { samplesPerRay, ViewWorkspace } from './viewWorkspace.js';

/** A rendered view on the GPU. The buffers belong to the renderer and hold until its next `render`. */
export interface RenderedView {
  /** Side of a square view; 0 where the rays are no picture. */
  readonly resolution: number;
  readonly rayCount: number;
  readonly channels: number;
  /** f32 [channels, R], see RenderedRays.features */
  readonly features: GPUBuffer;
  /** vec2f [R]: depth, world units, and alpha */
  readonly surface: GPUBuffer;
}

type Kernels = Readonly<
  Record<Exclude<KernelName, 'density' | 'importance'> | 'coarse', Kernel> &
    Record<'fine' | 'importance', Kernel | null>
>;

async function compile(
  device: GPUDevice,
  decoder: Decoder,
  settings: RenderSettings,
  format: PlaneFormat,
): Promise<Kernels> {
  const constants = kernelConstants(decoder, settings, format);
  const kernel = (name: KernelName, overrides?: Record<string, number>): Promise<Kernel> =>
    compileKernel(device, viewShaders[name], kernelUses[name], constants, overrides);
  const hasFine = settings.depthResolutionImportance > 0;
  const [rays, coarse, importance, fine, march, resolveDepth] = await Promise.all([
    kernel('rays'),
    kernel('density', { FINE_PASS: 0 }),
    hasFine ? kernel('importance') : null,
    hasFine ? kernel('density', { FINE_PASS: 1 }) : null,
    kernel('march'),
    kernel('resolveDepth'),
  ]);
  return { rays, coarse, importance, fine, march, resolveDepth };
}

/**
 * Ray-marches planes on a GPU: rays, coarse density, importance draws, fine density, march, depth (one kernel each, in
 * this order, shaders/render). Knows matrices and sizes, nothing of a scene. Twin: runtime/render/cpuRenderer.ts.
 */
export class GpuRenderer {
  private _current: PlaneTexels;
  private _bindings: Bindings = new Map();
  /** Of every head's planes, until the workspace grows. */
  private _knownBindings = new WeakMap<GPUBuffer, Bindings>();
  private _boundVersion = 0;

  private constructor(
    readonly settings: RenderSettings,
    /** @internal Buffers and tiles of the view rendered last. */
    readonly workspace: ViewWorkspace,
    private readonly _projection: PlaneProjection,
    private readonly _kernels: Kernels,
    /** The planes of a renderer that shows one head. */
    private readonly _texels: PlaneTexels,
  ) {
    this._current = _texels;
  }

  /**
   * Compiles the kernels, all at a time.
   * @param numbersPerRay the most that any buffer of a tile holds, where others work on the same tiles
   * @param format of all planes that it shows
   * @throws DeviceError where the device is too small for them
   */
  static async create(
    device: GPUDevice,
    decoder: Decoder,
    projection: PlaneProjection,
    settings: RenderSettings,
    numbersPerRay = 0,
    format: PlaneFormat = 'float',
  ): Promise<GpuRenderer> {
    if (settings.channels > decoder.colors) {
      throw new ShapeError(
        'render/channels',
        `GpuRenderer: ${settings.channels} channels asked for, the decoder makes ${decoder.colors}.`,
      );
    }
    const [kernels, texels] = await Promise.all([
      compile(device, decoder, settings, format),
      PlaneTexels.create(device, decoder.channels, format),
    ]);
    const most = Math.max(samplesPerRay(settings), numbersPerRay);
    return new GpuRenderer(settings, new ViewWorkspace(device, decoder, settings, most), projection, kernels, texels);
  }

  get device(): GPUDevice {
    return this.workspace.device;
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
  render(camera: Camera, resolution: number, bounds?: RayBounds, planes = this._texels): RenderedView {
    requireResolution(resolution);
    requireCamera(camera);
    this._current = planes;
    const settings = boundedSettings(this.settings, bounds);
    this._prepare(camera, settings, resolution * resolution, resolution, bounds?.crop);
    this.workspace.submit((pass) => this._dispatch(pass, this._kernels.rays, 0, ...flat(resolution * resolution)));
    return this._march();
  }

  /**
   * Renders any rays, such as random ones or patches for training; bounds as each ray has them.
   * @throws ShapeError without rays
   */
  renderRays(rays: Rays): RenderedView {
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
    this.device.queue.writeBuffer(this.workspace.buffers.get('rays')!, 0, data);
    return this._march();
  }

  /**
   * Copies a view to the CPU.
   * @throws NumericError where rays came out NaN or infinite
   */
  async read(image: RenderedView): Promise<RenderedRays> {
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
    const bad = await this.notFinite();
    if (bad > 0) {
      throw new NumericError(
        'render/nan',
        `GpuRenderer: ${bad} of ${this.workspace.tiling.rayCount} rays are NaN or infinite. ` +
          'The planes or the decoder hold numbers that are not finite: check the checkpoint, the latent and the person.',
      );
    }
  }

  /** How many rays of the last view are NaN or infinite. It waits for the GPU, but another view may be rendered meanwhile. */
  async notFinite(): Promise<number> {
    const extent = await readFloats(this.device, this.workspace.buffers.get('extent')!, 5);
    return new Uint32Array(extent.buffer)[4]!;
  }

  dispose(): void {
    this.workspace.dispose();
    this._texels.dispose();
  }

  /**
   * The planes of the view rendered last.
   * @throws HeadError where there are none
   * @internal
   */
  get planes(): PlaneTexels & { readonly buffer: GPUBuffer } {
    const { _current: planes } = this;
    if (hasBuffer(planes)) return planes;
    throw new HeadError('render/planes', 'GpuRenderer.render: no planes yet. Call setPlanes first.');
  }

  /** @internal Dispatches the density passes of a tile: the forward pass keeps the densities of its last tile only. */
  density(pass: GPUComputePassEncoder, offset: number, groups: number): void {
    const { coarse, importance, fine } = this._kernels;
    this._dispatch(pass, coarse, offset, groups, this.settings.depthResolution);
    if (!importance || !fine) return;
    this._dispatch(pass, importance, offset, groups, 1);
    this._dispatch(pass, fine, offset, groups, this.settings.depthResolutionImportance);
  }

  private _march(): RenderedView {
    const { march, resolveDepth } = this._kernels;
    const { workspace } = this;
    workspace.eachTile((pass, offset, groups) => {
      this.density(pass, offset, groups);
      this._dispatch(pass, march, offset, groups, 1);
    });
    const { resolution, rayCount } = workspace.tiling;
    workspace.submit((pass) => this._dispatch(pass, resolveDepth, 0, ...flat(rayCount)));
    const [features, surface] = [workspace.buffers.get('features')!, workspace.buffers.get('surface')!];
    return { resolution, rayCount, channels: this.settings.channels, features, surface };
  }

  private _prepare(
    camera: Camera,
    settings: RenderSettings,
    rayCount: number,
    resolution: number,
    crop: RayBounds['crop'],
  ): void {
    const { buffer, size } = this.planes;
    this.workspace.resize(rayCount, resolution);
    this._bind(buffer);
    this.workspace.write(camera, settings, this._projection, size, crop);
  }

  private _bind(planes: GPUBuffer): void {
    const { version, buffers } = this.workspace;
    if (version !== this._boundVersion) this._knownBindings = new WeakMap();
    this._boundVersion = version;
    let known = this._knownBindings.get(planes);
    if (!known) {
      const all = { ...(Object.fromEntries(buffers) as Partial<Record<Slot, GPUBuffer>>), planes };
      const kernels = Object.values(this._kernels);
      known = bindKernels(
        this.device,
        kernels.filter((kernel) => kernel !== null),
        all,
      );
      this._knownBindings.set(planes, known);
    }
    this._bindings = known;
  }

  private _dispatch(pass: GPUComputePassEncoder, kernel: Kernel, offset: number, x: number, y: number): void {
    dispatch(pass, this._bindings, kernel, offset, x, y);
  }
}

const hasBuffer = (planes: PlaneTexels): planes is PlaneTexels & { readonly buffer: GPUBuffer } =>
  planes.buffer !== null;

/** Workgroups of a thread a ray, in two dimensions where one is too short. */
function flat(rays: number): [number, number] {
  const groups = Math.ceil(rays / workgroup);
  const across = Math.min(groups, 32768);
  return [across, Math.ceil(groups / across)];
}
