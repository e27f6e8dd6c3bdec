import type { Camera } from '../../runtime/camera/camera.js';
import type { RenderedRays, Volume } from '../../runtime/render/cpuRenderer.js';
import { readFloats } from '../../runtime/render/gpu/buffers.js';
import { GpuRenderer } from '../../runtime/render/gpu/gpuRenderer.js';
import type { Tiling } from '../../runtime/render/gpu/params.js';
import type { RenderSettings } from '../../runtime/render/settings.js';

/** What the kernels leave in their buffers, ray by ray. */
export interface GpuStages extends RenderedRays {
  /** [3][H][W][ceil(C / 4)] vec4s */
  readonly packed: Float32Array;
  /** origin, start, direction, end of every ray */
  readonly rays: Float32Array;
  /** [R][D] */
  readonly sigmaCoarse: number[][];
  /** [R][N], increasing */
  readonly depthsFine: number[][];
  /** [R][N], in the order of their depths */
  readonly sigmaFine: number[][];
}

/** The renderer's buffers, which only a test may look into. */
interface Inside {
  readonly workspace: { readonly buffers: ReadonlyMap<string, GPUBuffer>; readonly tiling: Tiling };
  readonly _texels: { readonly buffer: GPUBuffer; readonly size: { width: number; height: number } };
}

export async function gpuRenderer(device: GPUDevice, volume: Volume, settings: RenderSettings): Promise<GpuRenderer> {
  const renderer = await GpuRenderer.create(device, volume.decoder, volume.projection, settings);
  renderer.setPlanes(volume.planes);
  return renderer;
}

/** One view by the kernels. */
export async function renderGpu(
  device: GPUDevice,
  volume: Volume,
  camera: Camera,
  resolution: number,
  settings: RenderSettings,
): Promise<RenderedRays> {
  const renderer = await gpuRenderer(device, volume, settings);
  try {
    return await renderer.read(renderer.render(camera, resolution));
  } finally {
    renderer.dispose();
  }
}

/** One view of one tile, with every stage. */
export async function gpuStages(
  device: GPUDevice,
  volume: Volume,
  camera: Camera,
  resolution: number,
  settings: RenderSettings,
): Promise<GpuStages> {
  const renderer = await gpuRenderer(device, volume, settings);
  try {
    const view = await renderer.read(renderer.render(camera, resolution));
    const { workspace, _texels: texels } = renderer as unknown as Inside;
    const { buffers: own, tiling } = workspace;
    const count = resolution ** 2;
    const { depthResolution: d, depthResolutionImportance: n } = settings;
    const samples = await readFloats(device, own.get('samples')!, (d + 2 * n) * tiling.tileRays);
    const column = (ray: number, first: number, length: number): number[] =>
      Array.from({ length }, (_, i) => samples[(first + i) * tiling.tileRays + ray]!);
    const each = (first: number, length: number) =>
      Array.from({ length: count }, (_, ray) => column(ray, first, length));
    const texel = 4 * Math.ceil(volume.decoder.channels / 4);
    return {
      ...view,
      packed: await readFloats(device, texels.buffer, 3 * texels.size.width * texels.size.height * texel),
      rays: await readFloats(device, own.get('rays')!, count * 8),
      sigmaCoarse: each(0, d),
      depthsFine: each(d, n),
      sigmaFine: each(d + n, n),
    };
  } finally {
    renderer.dispose();
  }
}
