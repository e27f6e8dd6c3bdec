import { requireCamera, type Camera } from '../../camera/camera.js';
import { DeviceError, HeadError } from '../../core/errors.js';
import { cutCells } from '../fast/bakedVolume.js';
import { bakeSettings, type BakeSettings } from '../fast/bakeSettings.js';
import { bricksAcross } from '../fast/occupancy.js';
import { packDecoder } from '../gpu/decoderBuffer.js';
import { encodeParams, noCamera, paramsBytes } from '../gpu/params.js';
import { boundedSettings, requireResolution, type RayBounds, type RenderSettings } from '../settings.js';
import type { Decoder, PlaneProjection, PlaneSize } from '../volume.js';
import {
  GlDevice,
  type GlContext,
  type GlSize,
  type GlSurface,
  type GlTarget,
  type GlTexture,
  type GlTextureOptions,
} from './glDevice.js';
import { GlPlanes } from './glPlanes.js';
import { GlProgram } from './glProgram.js';
import { glShaders } from './glShaders.js';
import { GlVolume } from './glVolume.js';

export interface GlRendererOptions {
  readonly context: GlContext;
  readonly decoder: Decoder;
  readonly projection: PlaneProjection;
  /** Of the exact march that this one stands for. */
  readonly settings: RenderSettings;
  readonly bake?: Partial<BakeSettings>;
  /** Half sides of the box that views are cut to; absent: the planes' cube. */
  readonly crop?: RayBounds['crop'];
  /** false: pixels at edges are as the volume has them. Default: the decoder is asked there. */
  readonly refines?: boolean;
  /** Whose working memory is used too, of another side on the same context; it must live longer. */
  readonly shares?: GlRenderer;
}

/** Where a picture is painted; both as large as the picture, bottom row first. */
export interface GlPictureTarget {
  /** rgba8: display values (sRGB) multiplied by alpha, and alpha. */
  readonly color: WebGLTexture;
  /** rg32f: depth along the ray, world units, and alpha. */
  readonly depth: WebGLTexture;
}

type Programs = Readonly<Record<keyof typeof glShaders, GlProgram>>;

/** The size of a texture that holds so many things by number, and is about square. */
function sizeFor(count: number): GlSize {
  const width = 2 ** Math.ceil(Math.log2(count) / 2);
  return { width, height: Math.ceil(count / width) };
}

/**
 * Renders heads on WebGL 2: a face is baked into a volume once (fold, cells, band, bake, distances), a view marches it and
 * asks the decoder at edges only (march, refine), straight into the picture's textures; shaders/webgl. Programs and working
 * memory are shared by all heads of a base. Twins: runtime/render/fast, and runtime/render/gpu/fast on WebGPU.
 */
export class GlRenderer {
  readonly side: number;
  private readonly _rooms: Map<string, GlSurface>;
  private readonly _params: WebGLBuffer;
  private readonly _decoder: WebGLBuffer;
  private readonly _cut: readonly number[];
  private readonly _bricksSize: GlSize;
  private readonly _cellsSize: GlSize;
  private _picture: GlTarget | null = null;

  private constructor(
    readonly device: GlDevice,
    private readonly _options: GlRendererOptions,
    side: number,
    private readonly _programs: Programs,
  ) {
    const { decoder, settings, crop, shares } = _options;
    this.side = side;
    this._rooms = shares?._rooms ?? new Map<string, GlSurface>();
    const bricks = bricksAcross(side);
    this._bricksSize = sizeFor(bricks ** 3);
    this._cellsSize = sizeFor((2 * bricks) ** 3);
    this._cut = cutCells(settings.boxWarp / 2, 2 * bricks, crop);
    const packed = packDecoder(decoder, 3);
    [this._params, this._decoder] = device.work(() => {
      const blocks: [WebGLBuffer, WebGLBuffer] = [device.block(paramsBytes), device.block(packed.byteLength)];
      device.fill(blocks[1], packed);
      return blocks;
    });
  }

  /**
   * Compiles the programs.
   * @throws DeviceError where the device is too small for them, or lacks what they need
   */
  static async create(options: GlRendererOptions): Promise<GlRenderer> {
    const { side, edgeSamples } = bakeSettings(options.bake);
    const device = options.shares?.device ?? new GlDevice(options.context);
    const { decoder, settings } = options;
    const [channels4, hidden4, bricks] = [
      Math.ceil(decoder.channels / 4),
      Math.ceil(decoder.hidden / 4),
      bricksAcross(side),
    ];
    const decoderSize = (decoder.hidden + 1) * (channels4 + 2);
    requireLimits(device.gl, side, Math.max(3 * decoder.channels, 3 * hidden4), 16 * decoderSize);
    const programs = await GlProgram.createAll(device.gl, glShaders, {
      CHANNELS: decoder.channels,
      CHANNELS4: channels4,
      HIDDEN: decoder.hidden,
      HIDDEN4: hidden4,
      BRICKS: bricks,
      CELLS_WIDTH: sizeFor((2 * bricks) ** 3).width,
      BRICKS_WIDTH: sizeFor(bricks ** 3).width,
      DEPTHS: settings.depthResolution,
      EDGE_SAMPLES: edgeSamples,
      DECODER_SIZE: decoderSize,
    });
    return new GlRenderer(device, options, side, programs);
  }

  /** A place for one head's planes. Dispose it when done. */
  createPlanes(): GlPlanes {
    const { device, _programs: programs } = this;
    const { channels } = this._options.decoder;
    return new GlPlanes({
      device,
      channels,
      packPlanes: programs.packPlanes,
      mixPlanes: programs.mixPlanes,
      source: (width, height) =>
        this._room('source', { format: 'r32f', width, height, depth: 3 * channels }, false).texture,
      spare: ({ width, height, depth = 0 }) =>
        this._room('spare', { format: 'rgba16f', width, height, depth, linear: true }),
      keepSpare: (planes) => void this._rooms.set('spare', planes),
    });
  }

  /** A place for one head's face. Dispose it when done. */
  createVolume(): GlVolume {
    return this.device.work(() => new GlVolume(this.device, this.side, this._bricksSize));
  }

  /**
   * Submits the baking of a face; nothing is awaited.
   * @throws HeadError where the planes are empty
   */
  bake(volume: GlVolume, planes: GlPlanes): void {
    const { device, _programs: programs } = this;
    const texels = textureOf(planes);
    const { width, height } = texels;
    device.work(() => {
      this._fillParams(noCamera, texels, 0);
      const depth = 3 * Math.ceil(this._options.decoder.hidden / 4);
      const folded = this._room('folded', { format: 'rgba16f', width, height, depth, linear: true });
      const cells = this._room(`cells ${this.side}`, { format: 'r32f', ...this._cellsSize });
      const [bricks, a, b] = ['bricks', 'distances a', 'distances b'].map((name) =>
        this._room(`${name} ${this.side}`, { format: 'r8ui', ...this._bricksSize }),
      ) as [GlSurface, GlSurface, GlSurface];
      device.runLayers(programs.foldPlanes, folded.targets, { planes: texels });
      device.run(programs.cells, cells.targets[0]!, { folded: folded.texture });
      device.run(programs.band, bricks.targets[0]!, { cells: cells.texture }, { cut: this._cut });
      device.runLayers(programs.bake, volume.slices, { folded: folded.texture, bricks: bricks.texture });
      // The first pass reads the bricks alone, but must not hold what it writes.
      const passes = [
        [b.texture, a.targets[0]!],
        [a.texture, b.targets[0]!],
        [b.texture, volume.distancesTarget],
      ] as const;
      passes.forEach(([before, target], axis) => {
        device.run(programs.distances, target, { bricks: bricks.texture, before }, { axis: [axis] });
      });
    });
    volume.markBaked();
  }

  /**
   * Submits a view; nothing is awaited or read back.
   * @param planes that the volume was baked of
   * @param side of the picture, pixels: of both textures of `target`
   * @param bounds of this view's rays; absent: those of the settings
   */
  march(
    volume: GlVolume,
    planes: GlPlanes,
    camera: Camera,
    side: number,
    bounds: RayBounds | undefined,
    target: GlPictureTarget,
  ): void {
    requireResolution(side);
    requireCamera(camera);
    if (!volume.baked) throw new HeadError('bake/none', 'GlRenderer.march: no face yet. Call bake first.');
    const { device, _programs: programs } = this;
    const { refines = true } = this._options;
    const texels = textureOf(planes);
    device.work(() => {
      this._fillParams(camera, texels, side, bounds);
      const picture = device.flat([target.color, target.depth], side, side, this._picture ?? undefined);
      this._picture = picture;
      const { voxels, distances } = volume;
      if (!refines) {
        device.run(programs.march, picture, { voxels, distances });
        return;
      }
      const view = this._viewRoom(side);
      device.run(programs.march, view.target, { voxels, distances });
      const { color, surface } = view;
      device.run(programs.refine, picture, { voxels, distances, planes: texels, color, surface });
    });
  }

  dispose(): void {
    const { device } = this;
    for (const buffer of [this._params, this._decoder]) device.gl.deleteBuffer(buffer);
    if (this._picture) device.release([], [this._picture]);
    for (const program of Object.values(this._programs)) program.dispose();
    if (this._options.shares) return;
    for (const { texture, targets } of this._rooms.values()) device.release([texture], targets);
    this._rooms.clear();
    device.dispose();
  }

  private _fillParams(camera: Camera, size: PlaneSize, side: number, bounds?: RayBounds): void {
    const { device } = this;
    const { projection, settings } = this._options;
    const bounded = boundedSettings(settings, bounds);
    const rays = Math.max(1, side * side);
    const tiling = { resolution: side, rayCount: rays, tileRays: rays };
    device.fill(this._params, encodeParams(camera, bounded, projection, size, tiling, paramsBytes, bounds?.crop));
    device.bind({ RenderParams: this._params, DecoderBlock: this._decoder });
  }

  /** Working memory of that name; what was there is gone where its sizes change. */
  private _room(name: string, options: GlTextureOptions, drawn = true): GlSurface {
    const { device } = this;
    const known = this._rooms.get(name);
    if (known?.texture.width === options.width && known.texture.height === options.height) return known;
    if (known) device.release([known.texture], known.targets);
    const texture = device.texture(options);
    const { width, height, depth } = options;
    const flat = (): GlTarget[] => [device.flat([texture.texture], width, height)];
    const room = { texture, targets: drawn ? (depth === undefined ? flat() : device.layers(texture)) : [] };
    this._rooms.set(name, room);
    return room;
  }

  /** Where a view lies before its edges are asked for: only as much of it is used as the view is large. */
  private _viewRoom(side: number): { color: GlTexture; surface: GlTexture; target: GlTarget } {
    const { device } = this;
    const before = this._rooms.get('view color');
    const grown = Math.max(side, before?.texture.width ?? 0);
    const color = this._room('view color', { format: 'rgba16f', width: grown, height: grown }, false);
    const surface = this._room('view surface', { format: 'rg32f', width: grown, height: grown }, false);
    let [target] = this._rooms.get('view')?.targets ?? [];
    if (before !== color || !target) {
      target = device.flat([color.texture.texture, surface.texture.texture], grown, grown, target);
      this._rooms.set('view', { texture: color.texture, targets: [target] });
    }
    return { color: color.texture, surface: surface.texture, target: { ...target, width: side, height: side } };
  }
}

function textureOf({ texture }: GlPlanes): GlTexture {
  if (texture) return texture;
  throw new HeadError('render/planes', 'GlRenderer: no planes yet. Set them first.');
}

function requireLimits(gl: WebGL2RenderingContext, side: number, layers: number, blockBytes: number): void {
  const wanted = [
    [gl.MAX_3D_TEXTURE_SIZE, side, 'MAX_3D_TEXTURE_SIZE'],
    [gl.MAX_ARRAY_TEXTURE_LAYERS, layers, 'MAX_ARRAY_TEXTURE_LAYERS'],
    [gl.MAX_UNIFORM_BLOCK_SIZE, blockBytes, 'MAX_UNIFORM_BLOCK_SIZE'],
  ] as const;
  for (const [parameter, least, name] of wanted) {
    const most = gl.getParameter(parameter) as number;
    if (most < least) {
      throw new DeviceError('device/limit', `GlRenderer: expected ${name} of at least ${least}, got ${most}.`);
    }
  }
}
