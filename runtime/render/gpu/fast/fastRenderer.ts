import { requireCamera, type Camera } from '../../../camera/camera.js';
import { DeviceError, HeadError } from '../../../core/errors.js';
import { cutCells } from '../../fast/bakedVolume.js';
import { bakeSettings, type BakeSettings } from '../../fast/bakeSettings.js';
import { bricksAcross } from '../../fast/occupancy.js';
import { boundedSettings, requireResolution, type RayBounds, type RenderSettings } from '../../settings.js';
import type { Decoder, PlaneProjection, PlaneSize } from '../../volume.js';
import { packDecoder } from '../decoderBuffer.js';
import { encodeParams, noCamera, paramsBytes, type Tiling } from '../params.js';
import type { PictureTarget } from '../picturePainter.js';
import type { PlaneFormat } from '../planeFormat.js';
import type { PlaneTexels } from '../planeTexels.js';
import { fastKernels, type FastKernels, type FastResources } from './fastKernels.js';
import { FaceVolume } from './faceVolume.js';
import { WorkingMemory } from './workingMemory.js';

export interface FastRendererOptions {
  readonly device: GPUDevice;
  readonly decoder: Decoder;
  readonly projection: PlaneProjection;
  /** Of the exact march that this one stands for. */
  readonly settings: RenderSettings;
  readonly bake?: Partial<BakeSettings>;
  /** Half sides of the box that views are cut to; absent: the planes' cube. */
  readonly crop?: RayBounds['crop'];
  /** Of all planes that it is given; default `float`. */
  readonly format?: PlaneFormat;
  /** Shared with renderers of other volumes, and disposed by who made it; absent: its own. */
  readonly memory?: WorkingMemory;
}

/** An indirect dispatch of no workgroups, and a count of 0. */
const emptyList = [0, 1, 1, 0] as const;

/**
 * Renders heads for scenes: a face is baked into a volume once (fold, cells, band, bake, distances), a view marches it and
 * asks the decoder at edges only (march, edges, refine), straight into the picture's textures; shaders/fast. Kernels and
 * working memory are shared by all heads of a base. Twin: runtime/render/fast.
 */
export class FastRenderer {
  readonly side: number;
  private readonly _memory: WorkingMemory;
  private readonly _linear: GPUSampler;
  private readonly _cut: number;

  private constructor(
    private readonly _options: FastRendererOptions,
    side: number,
    private readonly _kernels: FastKernels,
  ) {
    const { device, decoder, settings, crop, memory } = _options;
    this.side = side;
    this._memory = memory ?? new WorkingMemory(device);
    const bricks = bricksAcross(side);
    const [x, y, z] = cutCells(settings.boxWarp / 2, 2 * bricks, crop);
    this._cut = x | (y << 8) | (z << 16);
    this._linear = device.createSampler({ magFilter: 'linear', minFilter: 'linear' });
    const packed = packDecoder(decoder, 3);
    device.queue.writeBuffer(this._memory.room('decoder', packed.byteLength), 0, packed);
    this._memory.room('cells', 4 * (2 * bricks) ** 3);
    this._memory.room('distances a', 4 * bricks ** 3);
    this._memory.room('distances b', 4 * bricks ** 3);
  }

  /**
   * Compiles the kernels.
   * @throws DeviceError where the device is too small for them
   */
  static async create(options: FastRendererOptions): Promise<FastRenderer> {
    const bake = bakeSettings(options.bake);
    const { device, decoder, settings, format = 'float' } = options;
    if (bake.side > device.limits.maxTextureDimension3D) {
      throw new DeviceError(
        'device/limit',
        `FastRenderer: a volume of ${bake.side}³ is more than this device's maxTextureDimension3D, ` +
          `${device.limits.maxTextureDimension3D}. Bake a smaller one.`,
      );
    }
    return new FastRenderer(options, bake.side, await fastKernels(device, decoder, settings, bake, format));
  }

  get device(): GPUDevice {
    return this._options.device;
  }

  /** A place for one head's face. Dispose it when done. */
  createVolume(): FaceVolume {
    return new FaceVolume(this.device, this.side);
  }

  /**
   * Submits the baking of a face; nothing is awaited.
   * @throws HeadError where the planes are empty
   */
  bake(volume: FaceVolume, planes: PlaneTexels): void {
    const { _kernels: kernels } = this;
    const { hidden } = this._options.decoder;
    const { width, height } = planes.size;
    const texels = width * height;
    const hidden4 = Math.ceil(hidden / 4);
    const bricks = bricksAcross(this.side);
    const list = this._memory.room('bricks', 4 * (4 + bricks ** 3), true);
    const folded = { buffer: this._memory.room('folded', 3 * texels * hidden4 * 16) };
    this.device.queue.writeBuffer(list, 0, Uint32Array.of(0, 1, 1, this._cut));
    const resources: FastResources = {
      params: {
        buffer: this._params('bake params', noCamera, planes.size, { resolution: 0, rayCount: 1, tileRays: 1 }),
      },
      planes: { buffer: bufferOf(planes) },
      decoder: this._memory.bound('decoder'),
      folded,
      foldedOut: folded,
      cells: this._memory.bound('cells'),
      cellsOut: this._memory.bound('cells'),
      bricks: { buffer: volume.bricks },
      bricksOut: { buffer: volume.bricks },
      list: { buffer: list },
      listOut: { buffer: list },
      voxelsOut: volume.voxels.createView(),
    };
    this._submit('bake', (pass) => {
      kernels.foldPlanes.dispatch(pass, resources, [Math.ceil(texels / 64), hidden4, 3]);
      kernels.cells.dispatch(pass, resources, [Math.ceil((2 * bricks) ** 3 / 64)]);
      const brickGroups: readonly [number] = [Math.ceil(bricks ** 3 / 64)];
      kernels.band.dispatch(pass, resources, brickGroups);
      kernels.bake.dispatch(pass, resources, list);
      const [a, b, last] = [
        this._memory.bound('distances a'),
        this._memory.bound('distances b'),
        { buffer: volume.distances },
      ];
      const passes = [
        [resources.bricks!, a],
        [a, b],
        [b, last],
      ] as const;
      passes.forEach(([distances, distancesOut], axis) => {
        kernels.distances[axis]!.dispatch(pass, { ...resources, distances, distancesOut }, brickGroups);
      });
    });
    volume.markBaked();
  }

  /**
   * Submits the kernels of a view; nothing is awaited or read back.
   * @param planes that the volume was baked of
   * @param side of the picture, pixels: of both textures of `target`
   * @param bounds of this view's rays; absent: those of the settings
   */
  march(
    volume: FaceVolume,
    planes: PlaneTexels,
    camera: Camera,
    side: number,
    bounds: RayBounds | undefined,
    target: PictureTarget,
  ): void {
    requireResolution(side);
    requireCamera(camera);
    if (!volume.baked) throw new HeadError('bake/none', 'FastRenderer.march: no face yet. Call bake first.');
    const { _kernels: kernels } = this;
    const pixels = side * side;
    const tiling = { resolution: side, rayCount: pixels, tileRays: pixels };
    const list = this._memory.room('edges', 4 * (4 + pixels), true);
    this.device.queue.writeBuffer(list, 0, Uint32Array.from(emptyList));
    const view = { buffer: this._memory.room('view', 16 * pixels) };
    const surface = { buffer: this._memory.room('surface', 4 * pixels) };
    const resources: FastResources = {
      params: { buffer: this._params('view params', camera, planes.size, tiling, bounds) },
      distances: { buffer: volume.distances },
      voxels: volume.voxels.createView(),
      linear: this._linear,
      planes: { buffer: bufferOf(planes) },
      decoder: this._memory.bound('decoder'),
      list: { buffer: list },
      listOut: { buffer: list },
      view,
      viewOut: view,
      surface,
      surfaceOut: surface,
      color: target.color.createView(),
      depth: target.depth.createView(),
    };
    const groups = Math.ceil(side / 8);
    this._submit('fast view', (pass) => {
      kernels.march.dispatch(pass, resources, [groups, groups]);
      kernels.edges.dispatch(pass, resources, [groups, groups]);
      kernels.refine.dispatch(pass, resources, list);
    });
  }

  dispose(): void {
    if (!this._options.memory) this._memory.dispose();
  }

  private _submit(label: string, body: (pass: GPUComputePassEncoder) => void): void {
    const encoder = this.device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass();
    body(pass);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  private _params(name: string, camera: Camera, size: PlaneSize, tiling: Tiling, bounds?: RayBounds): GPUBuffer {
    const { device, projection, settings } = this._options;
    const buffer = this._memory.uniform(name, paramsBytes);
    const bounded = boundedSettings(settings, bounds);
    device.queue.writeBuffer(
      buffer,
      0,
      encodeParams(camera, bounded, projection, size, tiling, paramsBytes, bounds?.crop),
    );
    return buffer;
  }
}

function bufferOf(planes: PlaneTexels): GPUBuffer {
  if (planes.buffer) return planes.buffer;
  throw new HeadError('render/planes', 'FastRenderer: no planes yet. Make them first.');
}
