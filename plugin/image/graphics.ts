import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { RenderedView, GpuRenderer } from '../../runtime/render/gpu/gpuRenderer.js';
import type { PictureSource } from '../../runtime/render/gpu/picturePainter.js';
import type { RayBounds, RenderSettings } from '../../runtime/render/settings.js';

/** One head's planes in graphics memory: PlaneTexels on WebGPU, GlPlanes on WebGL 2. */
export interface FacePlanes {
  readonly bytes: number;
  /** @param planes [1, 3 C, H, W]; in a buffer only where networks run on the same device */
  set(planes: { readonly buffer: GPUBuffer; readonly dims: readonly number[] } | Tensor): void;
  /** `set` in parts that are called in order, where it would hold the page up; absent: it takes no time. */
  parts?(planes: Tensor): readonly (() => void)[];
  /** Goes a share of the way to other planes of the same device, in place. */
  mix(coming: FacePlanes, share: number): void;
  dispose(): void;
}

/** One head's baked volume: FaceVolume on WebGPU, GlVolume on WebGL 2. */
export interface BakedFace {
  readonly bytes: number;
  dispose(): void;
}

/** A picture's textures as the device knows them; see PictureTarget and GlPictureTarget. */
export interface DrawTarget {
  readonly color: GPUTexture | WebGLTexture;
  readonly depth: GPUTexture | WebGLTexture;
}

/** Makes pictures of baked volumes: FastRenderer on WebGPU, GlRenderer on WebGL 2. All are of one device. */
export interface VolumeRenderer {
  /** Voxels along an axis. */
  readonly side: number;
  createVolume(): BakedFace;
  bake(volume: BakedFace, planes: FacePlanes): void;
  march(
    volume: BakedFace,
    planes: FacePlanes,
    camera: Camera,
    side: number,
    bounds: RayBounds | undefined,
    target: DrawTarget,
  ): void;
  dispose(): void;
}

/** Marches planes exactly: GpuRenderer. There is none on WebGL 2. */
export interface ExactRenderer extends Omit<GpuRenderer, 'render'> {
  render(camera: Camera, resolution: number, bounds?: RayBounds, planes?: FacePlanes): RenderedView;
}

/** Paints what was marched exactly: PicturePainter. There is none on WebGL 2. */
export interface ExactPainter {
  paint(source: PictureSource, target: DrawTarget): void;
  dispose(): void;
}

/** What heads of one base are drawn with on one device; it dies with the device. */
export interface Graphics {
  /** Whose buffers networks may share; null on WebGL 2. */
  readonly device: GPUDevice | null;
  /** Of exact pictures; null where there are none. */
  readonly painter: ExactPainter | null;
  /** Is this still what the engine draws with? */
  isOf(engine: AbstractEngine): boolean;
  createPlanes(): FacePlanes;
  /** Compiles the renderer of exact pictures; null where there are none. */
  exactAsync(settings: RenderSettings): Promise<ExactRenderer | null>;
  /** Compiles the renderer of volumes of a side. @throws DeviceError where the device cannot */
  volumesAsync(settings: RenderSettings, side: number): Promise<VolumeRenderer>;
  /** Settles when the device is through with what it was told so far. */
  done(): Promise<unknown>;
  dispose(): void;
}
