import { beforeAll, describe, expect, test } from '@jest/globals';
import { raysFor, type Volume } from '../../runtime/render/cpuRenderer.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { flat, renderTwin } from './goldenScene.js';
import { gpuStages } from './gpuStages.js';
import { missing, oddCamera, oddSettings, oddVolume, type OddSizes } from './oddScene.js';
import { packPlanes } from './twins.js';

let device: GPUDevice;

beforeAll(async () => {
  device = await testDevice();
});

interface Case {
  readonly name: string;
  readonly sizes?: Partial<OddSizes>;
  readonly settings?: Partial<RenderSettings>;
  readonly resolution?: number;
}

const auto = { rayStart: 'auto', rayEnd: 'auto' } as const;

// Every set of sizes is compiled anew, which takes a software adapter seconds; so a case varies several at once.
const cases: readonly Case[] = [
  { name: '5 channels, 9 hidden, 3 colours' },
  { name: 'one ray', resolution: 1 },
  { name: 'automatic bounds', settings: auto },
  {
    name: 'automatic bounds, disparity, hashed',
    settings: { ...auto, disparitySpaceSampling: true, jitter: { seed: 'a' } },
  },
  { name: 'disparity, white', settings: { disparitySpaceSampling: true, whiteBack: true } },
  { name: 'a larger box', settings: { boxWarp: 2.3, ...auto } },
  {
    name: '7 channels, 5 colours, 9 + 7 samples, hashed',
    sizes: { channels: 7, colors: 5 },
    settings: { channels: 5, depthResolution: 9, depthResolutionImportance: 7, jitter: { seed: 'odd' } },
  },
  {
    name: 'wide planes, fewer channels than colours, 4 + 1 samples',
    sizes: { height: 2, width: 11, channels: 4, colors: 6 },
    settings: { channels: 2, depthResolution: 4, depthResolutionImportance: 1 },
  },
  {
    name: 'planes of one texel, one hidden unit, two coarse samples',
    sizes: { height: 1, width: 1, channels: 1, hidden: 1 },
    settings: { depthResolution: 2, depthResolutionImportance: 0 },
  },
];

/** Fine samples of every ray in the order of their depths, as the kernels keep them. */
function sorted(
  depths: readonly Float64Array[],
  sigmas: readonly Float64Array[],
): { depths: number[]; sigmas: number[] } {
  const orders = depths.map((row) => [...row.keys()].sort((a, b) => row[a]! - row[b]!));
  const ordered = (rows: readonly Float64Array[]) => orders.flatMap((order, ray) => order.map((i) => rows[ray]![i]!));
  return { depths: ordered(depths), sigmas: ordered(sigmas) };
}

/** Float32 against float64, at depths of about 2, densities of about 10 and colours of about 1. */
const within = { rays: 2e-6, density: 5e-5, depth: 5e-5, color: 2e-5 };

describe.each(cases.map((each) => [each.name, each] as const))(
  '%s',
  (_, { sizes, settings: changes, resolution = 13 }) => {
    const settings = { ...oddSettings, ...changes };

    test('every kernel agrees with its twin', async () => {
      const volume: Volume = oddVolume(sizes);
      const gpu = await gpuStages(device, volume, oddCamera, resolution, settings);
      const twin = renderTwin(volume, oddCamera, resolution, settings);
      const { origins, directions, bounds, count } = raysFor(oddCamera, resolution, settings);

      expectClose(gpu.packed, packPlanes(volume.planes), 0, 'packPlanes');
      const part = (first: number, length: number) =>
        Array.from({ length: count * length }, (_, i) => gpu.rays[Math.floor(i / length) * 8 + first + (i % length)]!);
      expectClose(part(0, 3), origins, within.rays, 'origins');
      expectClose(part(4, 3), directions, within.rays, 'directions');
      if (settings.rayStart !== 'auto') {
        expectClose(
          part(3, 1),
          part(3, 1).map((_, ray) => bounds[2 * ray]!),
          within.rays,
          'start',
        );
        expectClose(
          part(7, 1),
          part(7, 1).map((_, ray) => bounds[2 * ray + 1]!),
          within.rays,
          'end',
        );
      }
      expectClose(gpu.sigmaCoarse.flat(), flat(twin.trace.sigmaCoarse), within.density, 'coarse density');
      if (settings.depthResolutionImportance > 0) {
        const fine = sorted(twin.trace.depthsFine, twin.trace.sigmaFine);
        expectClose(gpu.depthsFine.flat(), fine.depths, within.depth, 'importance');
        expectClose(gpu.sigmaFine.flat(), fine.sigmas, 20 * within.density, 'fine density');
      }
      expectClose(gpu.features, twin.features, within.color, 'march, features');
      expectClose(gpu.alpha, twin.alpha, within.color, 'march, alpha');
      expectClose(gpu.depth, twin.depth, within.depth, 'march and resolveDepth, depth');
    });
  },
);

test('the odd scene is neither empty nor full, and some rays miss its box', () => {
  const { alpha } = renderTwin(oddVolume(), oddCamera, 13, oddSettings);
  const mean = alpha.reduce((sum, value) => sum + value) / alpha.length;
  expect(mean).toBeGreaterThan(0.3);
  expect(mean).toBeLessThan(0.9);
  const count = missing(oddCamera, 13, oddSettings);
  expect(count).toBeGreaterThan(20);
  expect(count).toBeLessThan(149);
});
