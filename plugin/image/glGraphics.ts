import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import { DeviceError } from '../../runtime/core/errors.js';
import { headExtent } from '../../runtime/render/headExtent.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { decoderOf, planeProjection } from '../../runtime/render/volume.js';
import type { GlContext } from '../../runtime/render/webgl/glDevice.js';
import { GlRenderer } from '../../runtime/render/webgl/glRenderer.js';
import { glContextOf, isSoftwareContext } from './glEngine.js';
import type { FacePlanes, Graphics, VolumeRenderer } from './graphics.js';
import { levelSides } from './headLevel.js';

/** In software a volume is this small, voxels: it is baked and marched by the processor. */
const softwareSide = 64;

/** Heads on WebGL 2: baked volumes alone; networks run elsewhere and give numbers. */
export class GlGraphics implements Graphics {
  readonly device = null;
  readonly painter = null;
  private readonly _renderers = new Map<number, Promise<GlRenderer>>();

  private constructor(
    private readonly _context: GlContext,
    private readonly _base: Base,
    private readonly _software: boolean,
    /** Of the largest volumes; its memory is everybody's. */
    private readonly _first: GlRenderer,
  ) {
    this._renderers.set(_first.side, Promise.resolve(_first));
  }

  /**
   * Compiles the renderer of the largest volumes.
   * @throws DeviceError where the base is super-resolved, or the context lacks what it takes
   */
  static async createAsync(context: GlContext, base: Base): Promise<GlGraphics> {
    if (base.config.superresolution) {
      throw new DeviceError(
        'device/engine',
        'The image of a base with super-resolution needs WebGPU. Use a base without, or a browser that has it.',
      );
    }
    const software = isSoftwareContext(context);
    const first = await compile(context, base, software, software ? softwareSide : levelSides[0]);
    return new GlGraphics(context, base, software, first);
  }

  isOf(engine: AbstractEngine): boolean {
    const context = glContextOf(engine);
    return context === this._context && !context.gl.isContextLost();
  }

  createPlanes(): FacePlanes {
    return this._first.createPlanes();
  }

  exactAsync(): Promise<null> {
    return Promise.resolve(null);
  }

  volumesAsync(_settings: RenderSettings, side: number): Promise<VolumeRenderer> {
    const wanted = this._software ? softwareSide : side;
    let renderer = this._renderers.get(wanted);
    if (!renderer) {
      renderer = compile(this._context, this._base, this._software, wanted, this._first);
      this._renderers.set(wanted, renderer);
    }
    return renderer;
  }

  done(): Promise<unknown> {
    return this._first.device.done();
  }

  dispose(): void {
    this._first.dispose();
  }
}

/** Pictures stand for the base's own sampling, whatever others on WebGPU are asked for. */
function compile(
  context: GlContext,
  base: Base,
  software: boolean,
  side: number,
  shares?: GlRenderer,
): Promise<GlRenderer> {
  const { config } = base;
  return GlRenderer.create({
    context,
    decoder: decoderOf(base),
    projection: planeProjection(config.planeAxes),
    settings: renderSettings(config.rendering, 3, { whiteBack: false }),
    bake: { side },
    crop: headExtent(config).half,
    refines: !software,
    ...(shares ? { shares } : {}),
  });
}
