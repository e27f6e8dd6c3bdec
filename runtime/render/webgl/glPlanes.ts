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
  set(planes: Tensor): void {
    this._tools.device.work(() => this._puts(planes).forEach((put) => put()));
  }

  /**
   * The same in parts of 16 of the network's layers at most, 1 MB: the page may do other things between them. The planes are
   * whole when all parts were called, in order.
   * @throws ShapeError as `set`
   */
  parts(planes: Tensor): (() => void)[] {
    return this._puts(planes).map((put) => () => this._tools.device.work(put));
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

  /** Each uploads what four layers of texels are packed from, and packs them. */
  private _puts({ data, dims }: Tensor): (() => void)[] {
    const { device, channels, packPlanes } = this._tools;
    const { width, height } = planeSize(data.length, dims, channels);
    const { gl } = device;
    const across = Math.ceil(channels / 4);
    /** Of the network's layers, the first that a layer of texels is packed from. */
    const start = (layer: number): number => Math.floor(layer / across) * channels + 4 * (layer % across);
    return Array.from({ length: Math.ceil((3 * across) / 4) }, (_, i) => () => {
      const source = this._tools.source(width, height);
      this._resize(width, height);
      const [from, to] = [start(4 * i), Math.min(3 * channels, start(4 * i + 4))];
      const texels = width * height;
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(source.target, source.texture);
      const layers = data.subarray(from * texels, to * texels);
      gl.texSubImage3D(source.target, 0, 0, 0, from, width, height, to - from, gl.RED, gl.FLOAT, layers);
      device.run(packPlanes, this._targets[i]!, { source }, { first: [4 * i] });
    });
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
