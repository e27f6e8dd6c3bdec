import type { BakedFace, FacePlanes, VolumeRenderer } from './graphics.js';

/** One head's baked volume: made when a fast picture is first wanted, baked anew for each face that is. */
export class HeadVolume {
  private _volume: BakedFace | null = null;
  private _renderer: VolumeRenderer | null = null;
  private _version = -1;

  /** Bytes on the GPU. */
  get bytes(): number {
    return this._volume?.bytes ?? 0;
  }

  /**
   * The volume with the face of these planes; its baking is submitted where it must be.
   * @param version of the planes
   */
  of(renderer: VolumeRenderer, planes: FacePlanes, version: number): BakedFace {
    if (renderer !== this._renderer) this.dispose();
    this._renderer = renderer;
    const volume = (this._volume ??= renderer.createVolume());
    if (version !== this._version) renderer.bake(volume, planes);
    this._version = version;
    return volume;
  }

  /** Frees the memory; the next use takes it again. */
  dispose(): void {
    this._volume?.dispose();
    this._volume = null;
    this._version = -1;
  }
}
