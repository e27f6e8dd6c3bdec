import { frontalCamera, orbitCamera } from '../runtime/camera/lookAt.js';
import type { Base } from '../runtime/checkpoint/index.js';
import type { Tensor } from '../runtime/core/tensor.js';
import type { Execution } from '../runtime/execution/execution.js';
import { CpuPoints } from '../runtime/render/onnx/cpuPoints.js';
import { Generator } from '../runtime/generator/generator.js';
import { standardNormal } from '../runtime/latent/normal.js';
import { broadcastW } from '../runtime/latent/truncation.js';
import { raysFor, renderRays, renderRaysWith } from '../runtime/render/cpuRenderer.js';
import { GpuRenderer } from '../runtime/render/gpu/gpuRenderer.js';
import { renderSettings } from '../runtime/render/settings.js';
import { asPlanes, decoderOf, planeProjection } from '../runtime/render/volume.js';
import { flopsOf, type Flops } from './flops.js';
import { time, type Timing } from './timing.js';

/** Times of the parts of one image. */
export type PartTimings = Partial<Record<keyof Flops, Timing>>;

export interface Measured {
  readonly flops: Flops;
  readonly timings: PartTimings;
  /** Largest deviation of the device's view from the twin's, both at `checkSide`; null on the CPU. */
  readonly deviation: number | null;
}

/** Side of the view that checks a device against the twin, pixels. */
const checkSide = 24;

/** Measures every part of one image. `device`: the ray-march there; null: on the CPU. */
export async function measureGenerator(
  base: Base,
  execution: Execution,
  device: GPUDevice | null,
  resolution: number,
): Promise<Measured> {
  const generator = new Generator(base, execution);
  const { layout } = generator;
  const channels = base.config.superresolution ? layout.featureChannels : 3;
  const settings = renderSettings(base.config.rendering, channels);
  const z = standardNormal(0, layout.zDim);
  const condition = frontalCamera(base.config.camera);
  const camera = orbitCamera(base.config.camera, 0.3, 0);
  const ws = broadcastW(await generator.map(z, condition), layout.numWs, generator.wAvg, 0.7);

  const timings: PartTimings = {};
  timings.mapping = await time(() => generator.map(z, condition), 20);
  timings.backbone = await time(async () => (await generator.planes(ws)).release());
  const output = await generator.planes(ws);
  const planes = asPlanes({ dims: output.dims, data: output.data! }, layout.planeChannels);
  const decoder = decoderOf(base);
  const projection = planeProjection(base.config.planeAxes);

  let features: Tensor = { dims: [], data: new Float32Array() };
  let deviation: number | null = null;
  if (device) {
    const renderer = await GpuRenderer.create(device, decoder, projection, settings);
    renderer.setPlanes(planes);
    timings.march = await time(async () => {
      renderer.render(camera, resolution);
      await device.queue.onSubmittedWorkDone();
    }, 3);
    const image = await renderer.read(renderer.render(camera, resolution));
    features = { dims: [channels, resolution, resolution], data: image.features };
    const small = await renderer.read(renderer.render(camera, checkSide));
    const twin = renderRays({ planes, projection, decoder }, raysFor(camera, checkSide, settings), settings);
    deviation = twin.features.reduce((worst, value, i) => Math.max(worst, Math.abs(value - small.features[i]!)), 0);
    renderer.dispose();
  } else {
    const points = await CpuPoints.create(execution, { projection, decoder, boxWarp: settings.boxWarp, channels });
    points.setPlanes(planes);
    const rays = raysFor(camera, resolution, settings);
    timings.march = await time(async () => {
      const image = await renderRaysWith((batch) => points.evaluate(batch), rays, settings);
      features = { dims: [channels, resolution, resolution], data: image.features };
    }, 3);
    await points.dispose();
  }
  if (base.config.superresolution) {
    timings.superresolution = await time(async () => (await generator.superresolve(features, ws)).release());
  }
  await generator.dispose();
  return { flops: flopsOf(base, resolution, channels), timings, deviation };
}
