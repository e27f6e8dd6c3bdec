import { expect, test } from '@jest/globals';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { golden } from '../harness/npz.js';
import { goldenTensorOf, strided } from '../network/runGraph.js';
import { flat, goldenSettings, goldenVolume, renderTwin } from './goldenScene.js';
import { variants } from './variants.js';

test.each(variants.map((variant) => [variant.name, variant] as const))('the CPU twin, %s', async (name, variant) => {
  const { changes, resolution, camera } = variant;
  const view = renderTwin(await goldenVolume(0), camera, resolution, await goldenSettings(changes));
  const expected = (array: string) => goldenTensorOf('tiny_variants', `${name}.${array}`).data;
  const within = (quantity: string) => tolerance(`variant.${name}.${quantity}`);
  const features = strided({ dims: [32, resolution, resolution], data: view.features }, [1, 4, 4]).data;
  expectClose(features, expected('features_stride4'), within('features'), 'features');
  expectClose(view.features.subarray(0, 3 * resolution ** 2), expected('image_raw'), within('image_raw'), 'image_raw');
  expectClose(view.depth, expected('depth'), within('image_depth'), 'depth');
  for (const [array, rows] of [
    ['depths_coarse', view.trace.depthsCoarse],
    ['depths_fine', view.trace.depthsFine],
  ] as const) {
    if (golden('tiny_variants').has(`${name}.${array}`)) expectClose(flat(rows), expected(array), within(array), array);
  }
});

test('the automatic bounds are tried where rays miss the box', () => {
  const starts = golden('tiny_variants').get('auto_rays.depths_coarse')!.data;
  const first = Array.from({ length: 256 }, (_, ray) => starts[ray * 12]!);
  // All rays that miss share one start.
  const most = Math.max(...first.map((start) => first.filter((other) => other === start).length));
  expect(most).toBe(112);
});
