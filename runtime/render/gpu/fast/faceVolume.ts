import { bricksAcross } from '../../fast/occupancy.js';
import { storageBuffer } from '../buffers.js';

/** One head's baked volume on the GPU: 8.7 MB for a side of 128, 0.3 of them the bricks. Filled by `FastRenderer.bake`. */
export class FaceVolume {
  /** rgba8unorm, N³: red, green, blue, density; see BakedVolume.voxels. */
  readonly voxels: GPUTexture;
  /** u32 [B, B, B]: 0 empty, 1 filled, 2 solid, of the last bake. */
  readonly bricks: GPUBuffer;
  /** u32 [B, B, B], see BakedVolume.distances. */
  readonly distances: GPUBuffer;
  private _baked = false;

  /** @param side N, voxels along an axis */
  constructor(
    device: GPUDevice,
    readonly side: number,
  ) {
    const { STORAGE_BINDING, TEXTURE_BINDING, COPY_SRC } = GPUTextureUsage;
    this.voxels = device.createTexture({
      label: 'face volume',
      dimension: '3d',
      size: [side, side, side],
      format: 'rgba8unorm',
      usage: STORAGE_BINDING | TEXTURE_BINDING | COPY_SRC,
    });
    const bytes = 4 * bricksAcross(side) ** 3;
    this.bricks = storageBuffer(device, 'bricks', bytes, 'Bake a smaller volume.');
    this.distances = storageBuffer(device, 'brick distances', bytes, 'Bake a smaller volume.');
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
    return 4 * this.side ** 3 + this.bricks.size + this.distances.size;
  }

  dispose(): void {
    this.voxels.destroy();
    this.bricks.destroy();
    this.distances.destroy();
  }
}
