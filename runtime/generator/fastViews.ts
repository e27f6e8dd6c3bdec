import type { Camera } from '../camera/camera.js';
import { HeadError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { Output } from '../execution/execution.js';
import { raysFor, type RenderedRays } from '../render/cpuRenderer.js';
import { bakeVolume, type BakedVolume } from '../render/fast/bakedVolume.js';
import { renderBaked } from '../render/fast/bakedView.js';
import type { FaceVolume } from '../render/gpu/fast/faceVolume.js';
import { FastRenderer } from '../render/gpu/fast/fastRenderer.js';
import { PlaneTexels } from '../render/gpu/planeTexels.js';
import { readTexture } from '../render/gpu/readTexture.js';
import type { RayBounds, RenderSettings } from '../render/settings.js';
import type { Decoder, PlaneProjection } from '../render/volume.js';

/** What fast views are made with. */
export interface FastViewOptions {
  readonly decoder: Decoder;
  readonly projection: PlaneProjection;
  readonly settings: RenderSettings;
  /** Half sides of the box that views are cut to; absent: the planes' cube. */
  readonly crop?: RayBounds['crop'];
  /** Absent: the CPU twin. */
  readonly device?: GPUDevice;
}

/** Views of a baked face, one after another: by WebGPU, or by its twin. Only the first three features. */
export class FastViews {
  private _baked: BakedVolume | null = null;
  private _face: FaceVolume | null = null;

  private constructor(
    private readonly _options: FastViewOptions,
    private readonly _gpu: { readonly renderer: FastRenderer; readonly planes: PlaneTexels } | null,
  ) {}

  /** @throws DeviceError where the device is too small */
  static async create(options: FastViewOptions): Promise<FastViews> {
    const { device, decoder } = options;
    if (!device) return new FastViews(options, null);
    const renderer = await FastRenderer.create({ ...options, device });
    return new FastViews(options, { renderer, planes: await PlaneTexels.create(device, decoder.channels, 'float') });
  }

  /**
   * Bakes a face.
   * @param output of the backbone, on the CPU or on this device
   * @param planes the same as [3, C, H, W]; null where it lies on the device
   */
  setPlanes(output: Output, planes: Tensor | null): void {
    const { decoder, projection, settings, crop } = this._options;
    if (!this._gpu) {
      this._baked = bakeVolume({ planes: planes!, projection, decoder }, settings.boxWarp, {}, crop);
      return;
    }
    const { renderer, planes: texels } = this._gpu;
    const { buffer, data, dims } = output;
    texels.set(buffer ? { buffer, dims } : { data: data!, dims });
    this._face ??= renderer.createVolume();
    renderer.bake(this._face, texels);
  }

  async render(camera: Camera, side: number, bounds: RayBounds | undefined): Promise<RenderedRays> {
    const { settings } = this._options;
    if (this._gpu && this._face) return this._read(this._gpu, this._face, camera, side, bounds);
    if (!this._baked) throw new HeadError('bake/none', 'FastViews.render: no face yet. Set planes first.');
    return renderBaked(this._baked, raysFor(camera, side, settings, bounds), settings);
  }

  dispose(): void {
    this._face?.dispose();
    this._gpu?.planes.dispose();
    this._gpu?.renderer.dispose();
  }

  private async _read(
    { renderer, planes }: NonNullable<FastViews['_gpu']>,
    face: FaceVolume,
    camera: Camera,
    side: number,
    bounds: RayBounds | undefined,
  ): Promise<RenderedRays> {
    const { device } = renderer;
    const usage = GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_SRC;
    const color = device.createTexture({ format: 'rgba8unorm', size: [side, side], usage });
    const depth = device.createTexture({ format: 'rg32float', size: [side, side], usage });
    try {
      renderer.march(face, planes, camera, side, bounds, { color, depth });
      const [colors, depths] = await Promise.all([readTexture(device, color, 4), readTexture(device, depth, 8)]);
      const surface = new Float32Array(depths.buffer);
      const pixels = side * side;
      const view = {
        features: new Float32Array(3 * pixels),
        depth: new Float32Array(pixels),
        alpha: new Float32Array(pixels),
      };
      for (let i = 0; i < pixels; i++) {
        // Textures begin with the bottom row.
        const to = (side - 1 - Math.floor(i / side)) * side + (i % side);
        for (let c = 0; c < 3; c++) view.features[c * pixels + to] = (2 * colors[4 * i + c]!) / 255 - 1;
        view.depth[to] = surface[2 * i]!;
        view.alpha[to] = surface[2 * i + 1]!;
      }
      return view;
    } finally {
      color.destroy();
      depth.destroy();
    }
  }
}
