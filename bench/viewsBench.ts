import { headView } from '../plugin/image/headCamera.js';
import { callsOf, dispatchesOf } from './callsOf.js';
import { GpuStopwatch } from './gpuStopwatch.js';
import { frontalCamera } from '../runtime/camera/lookAt.js';
import type { Base } from '../runtime/checkpoint/index.js';
import type { Execution } from '../runtime/execution/execution.js';
import { Generator } from '../runtime/generator/generator.js';
import { standardNormal } from '../runtime/latent/normal.js';
import { broadcastW } from '../runtime/latent/truncation.js';
import { raysFor } from '../runtime/render/cpuRenderer.js';
import { bakeVolume } from '../runtime/render/fast/bakedVolume.js';
import { renderBaked, type ViewTally } from '../runtime/render/fast/bakedView.js';
import type { PictureTarget } from '../runtime/render/gpu/picturePainter.js';
import { FastRenderer } from '../runtime/render/gpu/fast/fastRenderer.js';
import { GpuRenderer } from '../runtime/render/gpu/gpuRenderer.js';
import { headExtent } from '../runtime/render/headExtent.js';
import { renderSettings } from '../runtime/render/settings.js';
import { asPlanes, decoderOf, planeProjection } from '../runtime/render/volume.js';

/** Milliseconds of one device, best of a few; CPU: what the process took, all threads, which load does not change. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** One stage of a frame, by the device's own clock. */
export interface Stage {
  readonly dispatches: number;
  /** Milliseconds for one head, and for eight one after the other; null without timestamp-query. */
  readonly one: number | null;
  readonly eight: number | null;
}

export type StageName = 'exact view' | 'fast view' | 'bake';

export interface MeasuredViews {
  readonly side: number;
  readonly exact: Cost;
  /** A view of a face that is baked. */
  readonly fast: Cost;
  readonly bake: Cost;
  /** Of views of `stagesSide`. */
  readonly stages: Readonly<Record<StageName, Stage>>;
  readonly stagesSide: number;
  /** Of the fast view's twin. */
  readonly tally: ViewTally;
  /** Densities that the exact march decodes for a covered pixel. */
  readonly exactEvaluations: number;
}

/**
 * Exact and fast pictures of one face as a scene sees it, on a device.
 * @param execution runs the network
 */
export async function measureViews(
  base: Base,
  execution: Execution,
  device: GPUDevice,
  { side, runs, stagesSide }: { readonly side: number; readonly runs: number; readonly stagesSide: number },
): Promise<MeasuredViews> {
  const generator = new Generator(base, execution);
  const { layout, wAvg } = generator;
  const w = await generator.map(standardNormal(2, layout.zDim), frontalCamera(base.config.camera));
  const { data, dims } = await generator.planes(broadcastW(w, layout.numWs, wAvg, 0.8));
  await generator.dispose();
  const [decoder, projection] = [decoderOf(base), planeProjection(base.config.planeAxes)];
  const volume = { planes: asPlanes({ data: data!, dims }, layout.planeChannels), decoder, projection };
  const settings = renderSettings(base.config.rendering, 3, { whiteBack: false, minWeight: 1e-4 });
  const extent = headExtent(base.config);
  const { camera, bounds } = headView([0, 0, 1.4], extent);

  const exact = await GpuRenderer.create(device, decoder, projection, settings);
  const fast = await FastRenderer.create({ device, decoder, projection, settings, crop: extent.half });
  const planes = exact.createPlanes();
  exact.setPlanes(volume.planes, planes);
  const face = fast.createVolume();
  const usage = GPUTextureUsage.STORAGE_BINDING;
  const targetOf = (size: number): PictureTarget => ({
    color: device.createTexture({ format: 'rgba8unorm', size: [size, size], usage }),
    depth: device.createTexture({ format: 'rg32float', size: [size, size], usage }),
  });
  const [target, small] = [targetOf(side), targetOf(stagesSide)];
  const cost = async (work: () => void): Promise<Cost> => {
    const times: Cost[] = [];
    for (let run = 0; run < runs; run++) {
      await device.queue.onSubmittedWorkDone();
      const [from, cpu] = [performance.now(), process.cpuUsage()];
      work();
      await device.queue.onSubmittedWorkDone();
      const { user, system } = process.cpuUsage(cpu);
      times.push({ wall: performance.now() - from, cpu: (user + system) / 1000 });
    }
    return { wall: Math.min(...times.map(({ wall }) => wall)), cpu: Math.min(...times.map(({ cpu }) => cpu)) };
  };
  const watch = GpuStopwatch.create(device);
  const stage = async (work: () => void): Promise<Stage> => {
    const calls = await callsOf(device, () => {
      work();
      return Promise.resolve();
    });
    const heads = (count: number): Promise<number> | null =>
      watch?.time(
        () => {
          for (let head = 0; head < count; head++) work();
        },
        Math.min(runs, 5),
      ) ?? null;
    return { dispatches: dispatchesOf(calls), one: await heads(1), eight: await heads(8) };
  };
  const bake = await cost(() => fast.bake(face, planes));
  const measured = {
    side,
    bake,
    fast: await cost(() => fast.march(face, planes, camera, side, bounds, target)),
    exact: await cost(() => exact.render(camera, side, bounds, planes)),
  };
  const stages = {
    'exact view': await stage(() => exact.render(camera, stagesSide, bounds, planes)),
    'fast view': await stage(() => fast.march(face, planes, camera, stagesSide, bounds, small)),
    bake: await stage(() => fast.bake(face, planes)),
  };
  const rays = raysFor(camera, side, settings, bounds);
  const baked = bakeVolume(volume, settings.boxWarp, {}, extent.half);
  const { tally } = renderBaked(baked, rays, settings);
  const samples = settings.depthResolution + settings.depthResolutionImportance;
  for (const made of [face, fast, planes, exact]) made.dispose();
  for (const { color, depth } of [target, small]) {
    color.destroy();
    depth.destroy();
  }
  return { ...measured, stages, stagesSide, tally, exactEvaluations: (samples * rays.count) / tally.covered };
}

/** Of the facts, section 6: milliseconds for one head at 352 x 352 at 20 % (10 %) of a device's peak. */
const estimates: Readonly<Record<StageName, string>> = {
  'exact view': 'H100 26 (measured), RTX 4060 laptop 148, Iris Xe 850',
  'fast view': 'H100 0.2, RTX 4060 laptop 0.3 (0.6), Iris Xe 1.6 (3.3)',
  bake: 'H100 0.1, RTX 4060 laptop 0.25 (0.5), Iris Xe 1.4 (2.7)',
};

/** Prints it as rows of the bench. */
export function printViews(title: string, views: MeasuredViews): void {
  const { side, exact, fast, bake, tally, exactEvaluations, stages, stagesSide } = views;
  const row = (name: string, { wall, cpu }: Cost, counts: string): void =>
    console.log(name.padEnd(16), wall.toFixed(1).padStart(8), cpu.toFixed(0).padStart(11), ' ', counts);
  const each = (count: number): string => (count / tally.covered).toFixed(1);
  console.log(`\n${title}, one view of ${side} x ${side}`);
  console.log('                  best ms      CPU ms   a covered pixel');
  row('exact', exact, `${exactEvaluations.toFixed(0)} densities decoded`);
  row('fast', fast, `${each(tally.evaluations)} decoded, ${each(tally.fetches)} voxels, ${each(tally.lookups)} bricks`);
  row('bake', bake, 'once a face');
  const ratio = (pick: (cost: Cost) => number): string => (pick(exact) / pick(fast)).toFixed(1);
  console.log(`exact : fast ${ratio(({ wall }) => wall)} (wanted on software: 15), CPU ${ratio(({ cpu }) => cpu)}`);
  console.log(`device ms by its own clock, ${stagesSide} x ${stagesSide}`);
  console.log('                dispatches   1 head   8 heads   estimate of the facts, 1 head');
  const ms = (time: number | null): string => time?.toFixed(2) ?? '-';
  for (const [name, { dispatches, one, eight }] of Object.entries(stages) as [StageName, Stage][]) {
    console.log(
      name.padEnd(16),
      String(dispatches).padStart(9),
      ms(one).padStart(8),
      ms(eight).padStart(9),
      ' ',
      estimates[name],
    );
  }
}
