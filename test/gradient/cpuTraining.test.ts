import { describe, expect, test } from '@jest/globals';
import type { Execution } from '../../runtime/execution/execution.js';
import { nodeExecution } from '../../runtime/execution/node.js';
import { CpuTraining, type CpuTrainingOptions } from '../../runtime/render/onnx/cpuTraining.js';
import type { VolumeGradients } from '../../runtime/render/backward/gradients.js';
import { renderBackward } from '../../runtime/render/backward/renderBackward.js';
import { raysFor, renderRays } from '../../runtime/render/cpuRenderer.js';
import { expectClose } from '../harness/compare.js';
import { camera, layerOf, settingsOf, volume, wantedFor } from './oddVolume.js';
import { relative } from './scene.js';

const tolerance = 1e-3;

test.each([
  ['transparent', {}],
  ['white, hashed', { whiteBack: true, jitter: { seed: '7' } }],
])('ONNX Runtime’s renderer, forward and backward, against the twin: %s', async (_, changes) => {
  const settings = settingsOf(changes);
  const training = await CpuTraining.create(await nodeExecution(), volume.decoder, volume.projection, settings, {
    decoder: true,
  });
  training.setPlanes(volume.planes);
  // More points than one batch of the decoder, and not a multiple of it.
  const rays = raysFor(camera, 29, settings);
  const wanted = wantedFor(rays.count);
  expectClose((await training.render(rays)).features, renderRays(volume, rays, settings).features, 1e-5, 'features');
  const actual = await training.backward(rays, wanted);
  const expected = renderBackward(volume, rays, settings, wanted);
  expect(relative(actual.planes, expected.planes)).toBeLessThan(tolerance);
  expect(relative(actual.origins, expected.origins)).toBeLessThan(tolerance);
  expect(relative(actual.directions, expected.directions)).toBeLessThan(tolerance);
  for (const layer of ['first', 'second'] as const) {
    expect(relative(layerOf(actual.decoder, layer), layerOf(expected.decoder, layer))).toBeLessThan(tolerance);
  }
  await training.dispose();
});

test('refuses to render without planes, and planes of other channels', async () => {
  const settings = settingsOf({});
  const training = await CpuTraining.create(await nodeExecution(), volume.decoder, volume.projection, settings);
  await expect(training.render(raysFor(camera, 2, settings))).rejects.toThrow(/setPlanes/);
  expect(() => training.setPlanes({ dims: [3, 4, 2, 2], data: new Float32Array(48) })).toThrow(/\[3, 5, H, W\]/);
  await training.dispose();
});

describe('what training leaves out and keeps', () => {
  const settings = settingsOf({});
  const rays = raysFor(camera, 17, settings);
  const wanted = wantedFor(rays.count);
  const create = async (options: CpuTrainingOptions = {}): Promise<CpuTraining> => {
    const execution = await nodeExecution();
    const training = await CpuTraining.create(execution, volume.decoder, volume.projection, settings, options);
    training.setPlanes(volume.planes);
    return training;
  };
  const backwardOf = async (options: CpuTrainingOptions, rendered: boolean): Promise<VolumeGradients> => {
    const training = await create(options);
    if (rendered) await training.render(rays);
    const gradients = await training.backward(rays, wanted);
    await training.dispose();
    return gradients;
  };

  test.each([[{}], [{ decoder: true, minGradient: 1e-4 }]])(
    'backward after render is exactly that of an instance that has rendered nothing: %j',
    async (options) => {
      expect(await backwardOf(options, true)).toEqual(await backwardOf(options, false));
    },
  );

  test('what was kept is used for the rays rendered last alone, on the planes set last', async () => {
    const training = await create();
    const [others, otherPlanes] = [
      raysFor(camera, 11, settings),
      { ...volume.planes, data: volume.planes.data.map((value) => 0.5 - value) },
    ];
    const fresh = await training.backward(rays, wanted);
    await training.render(others);
    expect(await training.backward(rays, wanted)).toEqual(fresh);
    await training.render(rays);
    // Twice from one render.
    expect(await training.backward(rays, wanted)).toEqual(fresh);
    expect(await training.backward(rays, wanted)).toEqual(fresh);
    training.setPlanes(otherPlanes);
    const moved = await training.backward(rays, wanted);
    expect(relative(moved.planes, fresh.planes)).toBeGreaterThan(0.1);
    await training.render(rays);
    expect(await training.backward(rays, wanted)).toEqual(moved);
    await training.dispose();
  });

  test('points of small gradient left out change the planes’ gradient by less than a hundredth', async () => {
    const exact = await backwardOf({}, true);
    const fast = await backwardOf({ minGradient: 1e-4 }, true);
    expect(relative(fast.planes, exact.planes)).toBeLessThan(1e-2);
    // Of a share near 1 little more than the largest point of each request is left.
    expect(relative((await backwardOf({ minGradient: 0.9 }, true)).planes, exact.planes)).toBeGreaterThan(0.1);
  });

  test('without gradients by the rays these are 0, the others as they were', async () => {
    const [all, some] = [
      await backwardOf({ decoder: true }, true),
      await backwardOf({ decoder: true, rays: false }, true),
    ];
    expect([...some.origins, ...some.directions].every((value) => value === 0)).toBe(true);
    expect(all.origins.some((value) => value !== 0)).toBe(true);
    expect([some.planes, some.decoder]).toEqual([all.planes, all.decoder]);
  });
});

/** A training with planes, and how often its decoder has run forward and backward. */
async function counted(options: CpuTrainingOptions) {
  const execution = await nodeExecution();
  const runs = { forward: 0, backward: 0 };
  const counting: Execution = {
    ...execution,
    load: async (graph, loadOptions) => {
      const session = await execution.load(graph, loadOptions);
      const isForward = graph.inputs.length === 1; // the backward is fed gradients too
      return {
        inputs: session.inputs,
        run: (feeds) => {
          runs[isForward ? 'forward' : 'backward']++;
          return session.run(feeds);
        },
        dispose: () => session.dispose(),
      };
    },
  };
  const settings = settingsOf({});
  const { decoder, projection, planes } = volume;
  const training = await CpuTraining.create(counting, decoder, projection, settings, options);
  training.setPlanes(planes);
  const rays = raysFor(camera, 29, settings);
  return { training, runs, rays, wanted: wantedFor(rays.count) };
}

const noFewer = { decoder: true, minGradient: 0 };

test('what the render knows already gives the same gradients as looking it up again, to the last bit', async () => {
  const { training, runs, rays, wanted } = await counted(noFewer);
  await training.render(rays);
  const rendered = runs.forward;
  const kept = await training.backward(rays, wanted);
  expect(runs.forward).toBe(rendered);
  const lookedUp = await training.backward({ ...rays }, wanted); // other rays, for all it knows
  expect(runs.forward).toBe(2 * rendered);
  expect(kept).toEqual(lookedUp);
  expect(kept.planes.some((value) => value !== 0)).toBe(true);
  await training.dispose();
});

test('planes set while a render is under way are not given the gradients of those before', async () => {
  const { training, rays, wanted } = await counted(noFewer);
  const others = { ...volume.planes, data: volume.planes.data.map((value) => -value) };
  training.setPlanes(others);
  const fresh = await training.backward(rays, wanted);
  training.setPlanes(volume.planes);
  const rendering = training.render(rays);
  training.setPlanes(others);
  await rendering;
  expect(await training.backward(rays, wanted)).toEqual(fresh);
  await training.dispose();
});

test('the larger minGradient, the fewer runs of the decoder’s backward', async () => {
  const runsWith = async (minGradient: number): Promise<number> => {
    const { training, runs, rays, wanted } = await counted({ minGradient });
    await training.backward(rays, wanted);
    await training.dispose();
    return runs.backward;
  };
  expect(await runsWith(0.5)).toBeLessThan(await runsWith(0));
});

test('no gradients at all run no decoder backward and come to 0', async () => {
  const { training, runs, rays } = await counted(noFewer);
  const { planes } = await training.backward(rays, { features: new Float32Array(3 * rays.count) });
  expect(runs.backward).toBe(0);
  expect(planes.every((value) => value === 0)).toBe(true);
  await training.dispose();
});

test('a gradient that is no number is not left out', async () => {
  const { training, rays, wanted } = await counted({ minGradient: 1e-4 });
  const alpha = wanted.alpha.slice();
  alpha[0] = NaN;
  const { planes } = await training.backward(rays, { ...wanted, alpha });
  expect(planes.some(Number.isNaN)).toBe(true);
  await training.dispose();
});

test.each([-1e-4, 1, NaN])('refuses minGradient %p', async (minGradient) => {
  await expect(counted({ minGradient })).rejects.toThrow(/at least 0 and less than 1/);
});
