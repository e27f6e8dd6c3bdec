import type { GlDevice, GlSize, GlTarget, GlTexture } from './glDevice.js';

/** One head's baked volume in WebGL's textures: 8.4 MB for a side of 128. Filled by `GlRenderer.bake`. */
export class GlVolume {
  /** rgba8, N³: red, green, blue, density; see BakedVolume.voxels. */
  readonly voxels: GlTexture;
  /** Of four slices each. */
  readonly slices: readonly GlTarget[];
  /** r8ui, [B, B, B] by number, see BakedVolume.distances. */
  readonly distances: GlTexture;
  readonly distancesTarget: GlTarget;
  private _baked = false;

  /**
   * Call it within the device's `work`.
   * @param side N, voxels along an axis
   */
  constructor(
    private readonly _device: GlDevice,
    readonly side: number,
    bricks: GlSize,
  ) {
    this.voxels = _device.texture({
      format: 'rgba8',
      width: side,
      height: side,
      depth: side,
      is3d: true,
      linear: true,
    });
    this.slices = _device.layers(this.voxels);
    this.distances = _device.texture({ format: 'r8ui', ...bricks });
    this.distancesTarget = _device.flat([this.distances.texture], bricks.width, bricks.height);
  }

  /** Is there a face in it? */
  get baked(): boolean {
    return this._baked;
  }

  /** @internal */
  markBaked(): void {
    this._baked = true;
  }

  get bytes(): number {
    return this.voxels.bytes + this.distances.bytes;
  }

  dispose(): void {
    this._device.release([this.voxels, this.distances], [...this.slices, this.distancesTarget]);
  }
}
