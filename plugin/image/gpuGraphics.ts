import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import { FastRenderer } from '../../runtime/render/gpu/fast/fastRenderer.js';
import { WorkingMemory } from '../../runtime/render/gpu/fast/workingMemory.js';
import { GpuRenderer } from '../../runtime/render/gpu/gpuRenderer.js';
import { PicturePainter } from '../../runtime/render/gpu/picturePainter.js';
import type { PlaneFormat } from '../../runtime/render/gpu/planeFormat.js';
import { PlaneTexels } from '../../runtime/render/gpu/planeTexels.js';
import { headExtent } from '../../runtime/render/headExtent.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { deviceOf } from './engineDevice.js';
import type { FacePlanes, Graphics } from './graphics.js';

/** Super-resolution enlarges what a picture lacks, and such planes are few at a time: they stay whole. */
const formatOf = ({ config }: Base): PlaneFormat => (config.superresolution ? 'float' : 'half');

/** Heads on WebGPU: exact and fast, from the networks' own buffers. */
export class GpuGraphics implements Graphics {
  /** Of fast renderers of all levels. */
  private readonly _memory: WorkingMemory;

  private constructor(
    readonly device: GPUDevice,
    private readonly _base: Base,
    readonly painter: PicturePainter,
    /** Makes planes of a size; holds none itself. */
    private readonly _texels: PlaneTexels,
  ) {
    this._memory = new WorkingMemory(device);
  }

  /** @param channels of the planes */
  static async createAsync(device: GPUDevice, base: Base, channels: number): Promise<GpuGraphics> {
    const [painter, texels] = await Promise.all([
      PicturePainter.create(device),
      PlaneTexels.create(device, channels, formatOf(base)),
    ]);
    return new GpuGraphics(device, base, painter, texels);
  }

  isOf(engine: AbstractEngine): boolean {
    return deviceOf(engine) === this.device;
  }

  createPlanes(): FacePlanes {
    return this._texels.sibling();
  }

  exactAsync(settings: RenderSettings): Promise<GpuRenderer> {
    const { device, _base: base } = this;
    return GpuRenderer.create(
      device,
      decoderOf(base),
      planeProjection(base.config.planeAxes),
      settings,
      0,
      formatOf(base),
    );
  }

  volumesAsync(settings: RenderSettings, side: number): Promise<FastRenderer> {
    const { device, _base: base, _memory: memory } = this;
    return FastRenderer.create({
      device,
      decoder: decoderOf(base),
      projection: planeProjection(base.config.planeAxes),
      settings,
      crop: headExtent(base.config).half,
      bake: { side },
      format: formatOf(base),
      memory,
    });
  }

  done(): Promise<unknown> {
    return this.device.queue.onSubmittedWorkDone();
  }

  dispose(): void {
    this.painter.dispose();
    this._memory.dispose();
  }
}
