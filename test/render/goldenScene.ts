import { cameraFromLabel, type Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import {
  emptyTrace,
  raysFor,
  renderRays,
  type RenderTrace,
  type RenderedRays,
  type Volume,
} from '../../runtime/render/cpuRenderer.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { asPlanes, decoderOf, planeProjection } from '../../runtime/render/volume.js';
import { goldenTensorOf } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';

/** The four views of tiny_main. */
export const views = [
  [0, 'A'],
  [0, 'B'],
  [1, 'A'],
  [1, 'B'],
] as const;

export function goldenCamera(name: 'A' | 'B' | 'cond'): Camera {
  return cameraFromLabel(goldenTensorOf('tiny_main', `c_${name}`).data);
}

/** The tiny network's volume of some planes, by default the golden ones. */
export async function goldenVolume(
  seed: number,
  planes: Tensor = goldenTensorOf('tiny_main', `z${seed}.planes`),
): Promise<Volume> {
  const base = await tinyBase();
  return { planes: asPlanes(planes, 32), projection: planeProjection(base.config.planeAxes), decoder: decoderOf(base) };
}

/** The tiny network's settings, all 32 channels. */
export async function goldenSettings(changes: Partial<RenderSettings> = {}): Promise<RenderSettings> {
  return renderSettings((await tinyBase()).config.rendering, 32, changes);
}

/** A view by the CPU twin, with every stage. */
export function renderTwin(
  volume: Volume,
  camera: Camera,
  resolution: number,
  settings: RenderSettings,
): RenderedRays & { trace: RenderTrace } {
  const trace = emptyTrace();
  return { ...renderRays(volume, raysFor(camera, resolution, settings), settings, trace), trace };
}

/** Rays' numbers one after the other. */
export const flat = (rows: readonly Float64Array[]): number[] => rows.flatMap((row) => [...row]);
