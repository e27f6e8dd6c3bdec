import type { Tensor } from '../../core/tensor.js';
import { planeSize } from '../volume.js';
import type { GlDevice, GlSurface, GlTarget, GlTexture, GlTextureOptions } from './glDevice.js';
import type { GlProgram } from './glProgram.js';

/** What planes are worked on with; shared by all heads of a base. */
export interface PlaneTools {
  readonly device: GlDevice;
  readonly channels: number;
  readonly packPlanes: GlProgram;
  readonly mixPlanes: GlProgram;
  /** Where the network's numbers are put first: r32f, 3 C layers. */
  source(width: number, height: number): GlTexture;
  /** Planes of these sizes that nobody uses; who takes them keeps others in their place. */
  spare(like: GlTextureOptions): GlSurface;
  keepSpare(planes: GlSurface): void;
}

/** One head's planes in a texture of half floats, 3 MB for 3 x 32 x 128². */
export class GlPlanes {
  private _texture: GlTexture | null = null;
  private _targets: readonly GlTarget[] = [];

  constructor(private readonly _tools: PlaneTools) {}

  /** rgba16f, [3 ceil(C / 4)] layers of H x W; null before the first planes. */
  get texture(): GlTexture | null {
    return this._texture;
  }

  get bytes(): number {
    return this._texture?.bytes ?? 0;
  }

  /**
   * Submits the upload of planes; nothing is awaited.
   * @param planes [1, 3 C, H, W] on the CPU, as the backbone writes them
   * @throws ShapeError for other sizes
   */
  set({ data, dims }: Tensor): void {
    const { device, channels, packPlanes } = this._tools;
    const { width, height } = planeSize(data.length, dims, channels);
    device.work(() => {
      const { gl } = device;
      const source = this._tools.source(width, height);
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(source.target, source.texture);
      gl.texSubImage3D(source.target, 0, 0, 0, 0, width, height, 3 * channels, gl.RED, gl.FLOAT, data);
      this._resize(width, height);
      device.runLayers(packPlanes, this._targets, { source });
    });
  }

  /**
   * Goes a share of the way to other planes, in place.
   * @param coming of the same size; nothing happens where they are not
   * @param amount 0: stays, 1: becomes the other
   */
  mix(coming: GlPlanes, amount: number): void {
    const [own, other] = [this._texture, coming._texture];
    if (!own || own.width !== other?.width || own.height !== other.height) return;
    const { device, mixPlanes } = this._tools;
    device.work(() => {
      const spare = this._tools.spare(own);
      device.runLayers(mixPlanes, spare.targets, { shown: own, coming: other }, { amount: [amount] });
      this._tools.keepSpare({ texture: own, targets: this._targets });
      this._texture = spare.texture;
      this._targets = spare.targets;
    });
  }

  dispose(): void {
    this._tools.device.release([this._texture], this._targets);
    this._texture = null;
    this._targets = [];
  }

  private _resize(width: number, height: number): void {
    const { device, channels } = this._tools;
    if (this._texture?.width === width && this._texture.height === height) return;
    this.dispose();
    const depth = 3 * Math.ceil(channels / 4);
    this._texture = device.texture({ format: 'rgba16f', width, height, depth, linear: true });
    this._targets = device.layers(this._texture);
  }
}
