import type { Camera } from '../camera/camera.js';
import { HeadError, NumericError, ShapeError } from '../core/errors.js';
import { sizeOf, type Tensor } from '../core/tensor.js';
import type { Output } from '../execution/execution.js';
import type { Added } from '../expression/expressedFace.js';
import { ExpressedPlanes } from '../expression/expressedPlanes.js';
import { PlaneMotion } from '../expression/planeMotion.js';
import type { HeadProxy } from '../proxy/proxy.js';
import { raysFor, renderRaysWith, type RenderedRays, type RenderProgress } from '../render/cpuRenderer.js';
import { readFloats } from '../render/gpu/buffers.js';
import { GpuRenderer } from '../render/gpu/gpuRenderer.js';
import { headExtent } from '../render/headExtent.js';
import { renderSettings, type RayBounds, type RenderSettings } from '../render/settings.js';
import { viewBounds } from '../render/viewBounds.js';
import { asPlanes, decoderOf, planeProjection } from '../render/volume.js';
import { CpuPoints } from '../render/onnx/cpuPoints.js';
import { FastViews } from './fastViews.js';
import type { Generator } from './generator.js';
import { expectGiven } from '../core/given.js';

/** One rendered view on the CPU, names and sizes as EG3D's own. */
export interface Portrait {
  /** [channels, R, R], in -1..1 */
  readonly features: Tensor;
  /** [1, R, R], world units along the ray */
  readonly depth: Tensor;
  /** [1, R, R], 0..1 */
  readonly alpha: Tensor;
  /** `[3, R, R]`: the first three features */
  readonly imageRaw: Tensor;
  /** `[3, S, S]`: super-resolved, or the raw image where the base has no super-resolution */
  readonly image: Tensor;
}

/** How a portrait is taken. */
export interface HeadRendererOptions {
  /** Side of the rendered image, pixels; default the configuration's. */
  readonly resolution?: number;
  /** Changes to the configuration's sampling. */
  readonly settings?: Partial<RenderSettings>;
  /** A device for the ray-march; absent: the CPU twin. */
  readonly device?: GPUDevice;
  /**
   * Leave out what lies where no training camera looked, which holds debris, as a head in a scene does. Default false. Bases
   * that have a background of their own, and automatic bounds, are left whole.
   */
  readonly crop?: boolean;
  /**
   * Cameras nearer or farther than the base's own have the ray bounds moved along, see `viewBounds`. Default: as `crop`;
   * without, the configuration's bounds hold for every camera, as in the original.
   */
  readonly follow?: boolean;
  /** Of the base: what was learned of a person moves along with an expression that is added. Absent: it does not. */
  readonly proxy?: HeadProxy;
  /**
   * `exact` (default): every sample decoded, as EG3D does; `fast`: from a baked volume, 45 dB of it and many times
   * faster. Fast portraits have three features; bases with super-resolution have none.
   */
  readonly quality?: 'exact' | 'fast';
}

/** Takes pictures of the heads of one generator: planes once, then any number of cameras. */
export class HeadRenderer {
  private _planes: Output | null = null;
  private _ws: Tensor | null = null;
  private _points: CpuPoints | null = null;
  private readonly _expressed: ExpressedPlanes;

  private constructor(
    private readonly _generator: Generator,
    private readonly _options: HeadRendererOptions,
    private readonly _settings: RenderSettings,
    private readonly _renderer: GpuRenderer | null,
    private readonly _fast: FastViews | null,
  ) {
    const { proxy } = _options;
    this._expressed = new ExpressedPlanes(_generator, proxy ? new PlaneMotion(_generator.base, proxy) : null);
  }

  /** @throws ShapeError for fast portraits of a base with super-resolution, or of more than three features, AssetError for another base's proxy */
  static async create(generator: Generator, options: HeadRendererOptions = {}): Promise<HeadRenderer> {
    expectGiven('HeadRenderer.create', 'generator', generator);
    expectGiven('HeadRenderer.create', 'options', options);
    const { base, layout } = generator;
    const channels = base.config.superresolution ? layout.featureChannels : 3;
    const follow = (options.follow ?? options.crop) ? { boundsRadius: base.config.camera.radius } : {};
    const settings = renderSettings(base.config.rendering, channels, { ...follow, ...options.settings });
    const projection = planeProjection(base.config.planeAxes);
    if (options.quality === 'fast') {
      if (base.config.superresolution || settings.channels > 3) {
        throw new ShapeError(
          'render/quality',
          'HeadRenderer: fast pictures have three channels and no super-resolution. Take exact ones.',
        );
      }
      const fast = await FastViews.create({
        decoder: decoderOf(base),
        projection,
        settings,
        ...(options.crop ? { crop: headExtent(base.config).half } : {}),
        ...(options.device ? { device: options.device } : {}),
      });
      return new HeadRenderer(generator, options, settings, null, fast);
    }
    const renderer = options.device
      ? await GpuRenderer.create(options.device, decoderOf(base), projection, settings)
      : null;
    return new HeadRenderer(generator, options, settings, renderer, null);
  }

  /**
   * Makes a head's planes.
   * @param ws [numWs, wDim]
   * @param added what of it is an expression that was added to a look
   */
  async setFace(ws: Tensor, added?: Added): Promise<void> {
    const planes = await this._expressed.planes(ws, added);
    this._planes?.release();
    this._planes = planes;
    this._ws = ws;
    if (this._fast) {
      this._fast.setPlanes(planes, this.planes);
      return;
    }
    if (!this._renderer) {
      const { base, execution } = this._generator;
      const { boxWarp, channels } = this._settings;
      const decoder = decoderOf(base);
      const projection = planeProjection(base.config.planeAxes);
      this._points ??= await CpuPoints.create(execution, { decoder, projection, boxWarp, channels });
      this._points.setPlanes(this.planes!);
      return;
    }
    this._renderer.setPlanes(
      planes.buffer ? { buffer: planes.buffer, dims: planes.dims } : { data: planes.data!, dims: planes.dims },
    );
  }

  /** The backbone's output of the face, [3, C, H, W]; null before `setFace`, or where it lies on a GPU. */
  get planes(): Tensor | null {
    const planes = this._planes;
    return planes?.data
      ? asPlanes({ dims: planes.dims, data: planes.data }, this._generator.layout.planeChannels)
      : null;
  }

  /** @throws NumericError where the view holds numbers that are not finite; the signal's reason when it aborts */
  async render(camera: Camera, progress: RenderProgress = {}): Promise<Portrait> {
    const { base } = this._generator;
    const side = this._options.resolution ?? base.config.neuralRenderingResolution;
    const rendered = await this._render(camera, side, progress);
    const { channels } = this._settings;
    const features: Tensor = { dims: [channels, side, side], data: rendered.features };
    const imageRaw: Tensor = { dims: [3, side, side], data: rendered.features.subarray(0, 3 * side * side) };
    const image = base.config.superresolution ? await this._superresolve(features) : imageRaw;
    const bad = [image, imageRaw].findIndex(({ data }) => data.some((value) => !Number.isFinite(value)));
    if (bad >= 0) {
      throw new NumericError(
        'render/nan',
        'render: the image holds numbers that are not finite. Check the checkpoint.',
      );
    }
    return {
      features,
      imageRaw,
      image,
      depth: { dims: [1, side, side], data: rendered.depth },
      alpha: { dims: [1, side, side], data: rendered.alpha },
    };
  }

  async dispose(): Promise<void> {
    this._planes?.release();
    this._renderer?.dispose();
    this._fast?.dispose();
    await this._points?.dispose();
  }

  private _boundsOf(camera: Camera): RayBounds | undefined {
    const { config } = this._generator.base;
    const { rayStart: start, rayEnd: end } = this._settings;
    const followed = viewBounds(camera, this._settings);
    if (!this._options.crop || config.superresolution || start === 'auto' || end === 'auto') return followed;
    return { ...(followed ?? { start, end }), crop: headExtent(config).half };
  }

  private async _render(camera: Camera, side: number, progress: RenderProgress): Promise<RenderedRays> {
    const bounds = this._boundsOf(camera);
    if (this._fast) {
      if (!this._planes)
        throw new HeadError('render/planes', 'HeadRenderer.render: there is no face yet. Call setFace first.');
      progress.signal?.throwIfAborted();
      return this._fast.render(camera, side, bounds);
    }
    if (this._renderer) return this._renderer.read(this._renderer.render(camera, side, bounds));
    const points = this._points;
    if (!points) throw new HeadError('render/planes', 'HeadRenderer.render: there is no face yet. Call setFace first.');
    const rays = raysFor(camera, side, this._settings, bounds);
    return renderRaysWith((batch) => points.evaluate(batch), rays, this._settings, progress);
  }

  private async _superresolve(features: Tensor): Promise<Tensor> {
    const output = await this._generator.superresolve(features, this._ws!);
    const data = output.data ?? (await readFloats(this._options.device!, output.buffer!, sizeOf(output.dims)));
    output.release();
    return { dims: output.dims.slice(1), data };
  }
}
