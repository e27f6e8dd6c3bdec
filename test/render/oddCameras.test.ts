import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Camera } from '../../runtime/camera/camera.js';
import { lookAt } from '../../runtime/camera/lookAt.js';
import { HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { raysFor } from '../../runtime/render/cpuRenderer.js';
import type { RenderSettings } from '../../runtime/render/settings.js';
import { expectClose } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { renderTwin } from './goldenScene.js';
import { gpuRenderer, renderGpu } from './gpuStages.js';
import { oddSettings, oddVolume } from './oddScene.js';

let device: GPUDevice;

beforeAll(async () => {
  device = await testDevice();
});

const auto: Partial<RenderSettings> = { rayStart: 'auto', rayEnd: 'auto' };
const inside = lookAt([0.05, 0.1, 0.12], [0, -0.2, -0.3], 0.8);
const away: Camera = lookAt([0.2, 0.3, 2], [0.3, 0.4, 5], 2);

const cases: [string, Camera, Partial<RenderSettings>][] = [
  ['inside the head', inside, { rayStart: 0.01, rayEnd: 0.6 }],
  ['inside the head, automatic bounds, which begin behind it', inside, auto],
  ['beside the head, automatic bounds that no ray meets', lookAt([3, 0.2, 0.1], [3, 0.3, 2], 4), auto],
  ['looking away', away, {}],
  ['along an axis, automatic bounds of parallel planes', lookAt([0, 0, 2.5], [0, 0, 0], 900), auto],
  ['mirrored, as an exported camera may be', { ...inside, intrinsics: [-2, 0, 0.5, 0, 2, 0.5, 0, 0, 1] }, {}],
  ['far away', lookAt([40, 3, 80], [0, 0, 0], 100), { rayStart: 88, rayEnd: 91 }],
];

test.each(cases)('%s', async (_, camera, changes) => {
  const [volume, settings] = [oddVolume(), { ...oddSettings, ...changes }];
  const [view, twin] = [await renderGpu(device, volume, camera, 9, settings), renderTwin(volume, camera, 9, settings)];
  expect(twin.features.every(Number.isFinite) && twin.depth.every(Number.isFinite)).toBe(true);
  // Distances are of float32's precision where they are large.
  const scale = Math.max(1, ...twin.depth.map(Math.abs));
  expectClose(view.features, twin.features, 2e-5 * scale, 'features');
  expectClose(view.alpha, twin.alpha, 2e-5 * scale, 'alpha');
  expectClose(view.depth, twin.depth, 5e-5 * scale, 'depth');
});

test('where no ray meets the box, there is nothing', () => {
  const beside = lookAt([3, 0.2, 0.1], [3, 0.3, 2], 4);
  for (const disparitySpaceSampling of [false, true]) {
    const { alpha, features } = renderTwin(oddVolume(), beside, 3, { ...oddSettings, ...auto, disparitySpaceSampling });
    expect(alpha.every((value) => value === 0)).toBe(true);
    expect(features.every((value) => value === -1)).toBe(true);
  }
});

describe('cameras made by hand', () => {
  const cam2world = (index: number, value: number) => inside.cam2world.map((old, i) => (i === index ? value : old));
  const intrinsics = (index: number, value: number) => inside.intrinsics.map((old, i) => (i === index ? value : old));

  test.each<[string, Camera, typeof HeadError, string]>([
    ['a position of NaN', { ...inside, cam2world: cam2world(3, NaN) }, NumericError, 'number 3 of 25 is NaN'],
    ['an infinite focal length', { ...inside, intrinsics: intrinsics(4, Infinity) }, NumericError, 'number 20 of 25'],
    ['no focal length', { ...inside, intrinsics: intrinsics(0, 0) }, NumericError, 'focal length is 0'],
    ['a rotation of zeros', { ...inside, cam2world: inside.cam2world.map(() => 0) }, NumericError, 'singular'],
    ['too few numbers', { ...inside, cam2world: inside.cam2world.slice(0, 12) }, ShapeError, 'got 12 and 9'],
  ])('%s', async (_, camera, kind, message) => {
    const renderer = await gpuRenderer(device, oddVolume(), oddSettings);
    for (const render of [() => renderer.render(camera, 3), () => raysFor(camera, 3, oddSettings)]) {
      expect(render).toThrow(kind);
      expect(render).toThrow(message);
    }
    renderer.dispose();
  });
});
