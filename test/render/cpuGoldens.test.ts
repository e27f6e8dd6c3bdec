import { describe, expect, test } from '@jest/globals';
import { raysFor } from '../../runtime/render/cpuRenderer.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenTensorOf } from '../network/runGraph.js';
import { flat, goldenCamera, goldenSettings, goldenVolume, renderTwin, views } from './goldenScene.js';

describe.each(views)('the CPU twin, z%d, camera %s', (seed, camera) => {
  const expected = (name: string) => goldenTensorOf('tiny_main', `z${seed}.${camera}.${name}`).data;

  test('rays', async () => {
    const { origins, directions } = raysFor(goldenCamera(camera), 16, await goldenSettings());
    expectClose(Float32Array.from(origins), expected('ray_origins'), tolerance('ray_origins'), 'origins');
    expectClose(directions, expected('ray_directions'), tolerance('ray_directions'), 'directions');
  });

  test('every stage', async () => {
    const view = renderTwin(await goldenVolume(seed), goldenCamera(camera), 16, await goldenSettings());
    const { trace } = view;
    const stages = {
      depths_coarse: trace.depthsCoarse,
      sigma_coarse: trace.sigmaCoarse,
      weights_coarse: trace.weightsCoarse,
      depths_fine: trace.depthsFine,
      sigma_fine: trace.sigmaFine,
      depths_sorted_final: trace.depthsSorted,
      weights_final: trace.weights,
    };
    for (const [name, rows] of Object.entries(stages)) {
      expectClose(flat(rows), expected(name), tolerance(name), name);
    }
    expectClose(view.features, expected('features'), tolerance('features'), 'features');
    expectClose(view.features.subarray(0, 768), expected('image_raw'), tolerance('image_raw'), 'image_raw');
    expectClose(view.depth, expected('depth'), tolerance('image_depth'), 'depth');
    const sums = trace.weights.map((row) => row.reduce((a, b) => a + b));
    expect(sums).toHaveLength(256);
    expectClose(view.alpha, sums, 1e-7, 'alpha');
  });
});
