import type { Camera } from '../../camera/camera.js';
import { jitterKeys, type RayBounds, type RenderSettings } from '../settings.js';
import type { PlaneProjection, PlaneSize } from '../volume.js';

/** Bytes of `RenderParams` in shaders/include/params.wgsl. */
export const paramsBytes = 240;
const flag = { autoBounds: 1, disparity: 2, white: 4, hashed: 8, crop: 16 } as const;

/** For rays that come with the call, and for bakes. */
export const noCamera: Camera = { cam2world: new Array<number>(16).fill(0), intrinsics: [1, 0, 0, 0, 1, 0, 0, 0, 1] };

/** One image cut into tiles of rays. */
export interface Tiling {
  readonly resolution: number;
  readonly rayCount: number;
  readonly tileRays: number;
}

/** First ray and number of rays of every tile. */
export function tilesOf({ rayCount, tileRays }: Tiling): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(rayCount / tileRays) }, (_, i) => ({
    first: i * tileRays,
    count: Math.min(tileRays, rayCount - i * tileRays),
  }));
}

/**
 * Parameters of every tile, `stride` bytes apart.
 * Layout twin: shaders/include/params.wgsl.
 */
export function encodeParams(
  camera: Camera,
  settings: RenderSettings,
  projection: PlaneProjection,
  planeSize: PlaneSize,
  tiling: Tiling,
  stride: number,
  crop?: RayBounds['crop'],
): ArrayBuffer {
  const tiles = tilesOf(tiling);
  const buffer = new ArrayBuffer(tiles.length * stride);
  const { cam2world: m, intrinsics: k } = camera;
  const { jitter, rayStart, rayEnd, boxWarp } = settings;
  const auto = rayStart === 'auto' || rayEnd === 'auto';
  const keys = jitter === 'mid' ? { coarse: 0, importance: 0 } : jitterKeys(jitter.seed);
  const flags =
    (auto ? flag.autoBounds : 0) |
    (settings.disparitySpaceSampling ? flag.disparity : 0) |
    (settings.whiteBack ? flag.white : 0) |
    (jitter === 'mid' ? 0 : flag.hashed) |
    (crop ? flag.crop : 0);
  const planeRows = projection.flat().flatMap((row) => [...row.map((value) => (value * 2) / boxWarp), 0]);
  const head = [
    ...m.slice(0, 12),
    k[0]!,
    k[4]!,
    k[2]!,
    k[5]!,
    ...planeRows,
    k[1]!,
    boxWarp / 2,
    auto ? 0 : rayStart,
    auto ? 0 : rayEnd,
  ];
  tiles.forEach((tile, i) => {
    const floats = new Float32Array(buffer, i * stride, paramsBytes / 4);
    const words = new Uint32Array(buffer, i * stride, paramsBytes / 4);
    floats.set(head);
    words.set(
      [
        tiling.resolution,
        tiling.rayCount,
        tile.first,
        tile.count,
        tiling.tileRays,
        planeSize.width,
        planeSize.height,
        flags,
        keys.coarse,
        keys.importance,
      ],
      head.length,
    );
    floats[head.length + 10] = settings.minWeight;
    if (crop) floats.set(crop, head.length + 12);
  });
  return buffer;
}
