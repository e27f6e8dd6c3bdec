import { expect, test } from '@jest/globals';
import { expectClose, maxAbs } from '../harness/compare.js';
import { testDevice } from '../harness/gpu.js';
import { renderTwin } from './goldenScene.js';
import { renderGpu } from './gpuStages.js';
import { oddCamera, oddSettings, oddVolume } from './oddScene.js';

/** The odd scene, opaque, so that most samples count for nothing. */
const { decoder, ...rest } = oddVolume();
const opaque = {
  ...rest,
  decoder: { ...decoder, b2: Float32Array.from(decoder.b2, (value, i) => (i === 0 ? 12 : value)) },
};

test('leaving out what nobody sees changes an opaque head by less than 1e-3', async () => {
  const device = await testDevice();
  const view = (minWeight: number) => renderGpu(device, opaque, oddCamera, 13, { ...oddSettings, minWeight });
  const [exact, quick] = [await view(0), await view(1e-4)];
  expectClose(quick.features, exact.features, 1e-3, 'features');
  expect(maxAbs(quick.features, exact.features)).toBeGreaterThan(0);
  // Depth and alpha count every sample.
  expectClose(quick.depth, exact.depth, 0, 'depth');
  expectClose(quick.alpha, exact.alpha, 0, 'alpha');
  const twin = renderTwin(opaque, oddCamera, 13, { ...oddSettings, minWeight: 1e-4 });
  expectClose(twin.features, exact.features, 1e-3, 'features of the twin');
});
