import { describe, expect, test } from '@jest/globals';
import type { Camera } from '../../runtime/camera/camera.js';
import { lookAt } from '../../runtime/camera/lookAt.js';
import { cameraBackward } from '../../runtime/render/backward/cameraBackward.js';
import { renderBackward } from '../../runtime/render/backward/renderBackward.js';
import { triplaneBackward } from '../../runtime/render/backward/triplaneBackward.js';
import { emptyTrace, raysFor, renderRays, type Volume } from '../../runtime/render/cpuRenderer.js';
import { renderSettings, type RenderSettings } from '../../runtime/render/settings.js';
import { packTexels, sampleTriplane, unpackTexels } from '../../runtime/render/triplane.js';
import type { Decoder } from '../../runtime/render/volume.js';
import { hashed } from './scene.js';

/** Odd on purpose: nothing is square, a multiple of four, or the published size. */
const [channels, hidden, colors, height, width, resolution] = [5, 7, 3, 6, 9, 3];

const decoder: Decoder = {
  channels,
  hidden,
  colors,
  w1: hashed('w1', hidden * channels),
  b1: hashed('b1', hidden),
  w2: hashed('w2', (1 + colors) * hidden, 2),
  b2: hashed('b2', 1 + colors),
};
const projection: Volume['projection'] = [
  [
    [1, 0, 0],
    [0, 1, 0],
  ],
  [
    [1, 0, 0],
    [0, 0, 1],
  ],
  [
    [0, 0, 1],
    [0, 1, 0],
  ],
];
const volume: Volume = {
  planes: { dims: [3, channels, height, width], data: hashed('planes', 3 * channels * height * width, 2) },
  projection,
  decoder,
};
const camera = lookAt([0.4, -0.3, 2.7], [0.02, 0.01, 0], 3);
const rays3 = resolution * resolution;
const wanted = {
  features: hashed('features', colors * rays3),
  depth: hashed('depth', rays3),
  alpha: hashed('alpha', rays3),
};

/** Depths of samples are constants in the backward pass, so differences are taken without the importance pass. */
const plain = (changes: Partial<RenderSettings> = {}): RenderSettings =>
  renderSettings(
    {
      depthResolution: 9,
      depthResolutionImportance: 0,
      rayStart: 2.25,
      rayEnd: 3.2,
      boxWarp: 1.1,
      disparitySpaceSampling: false,
      whiteBack: false,
    },
    colors,
    changes,
  );

/** The loss in float64, from the unrounded trace. */
function loss(at: Volume, by: Camera, settings: RenderSettings): number {
  const trace = emptyTrace();
  renderRays(at, raysFor(by, resolution, settings), settings, trace);
  let sum = 0;
  trace.weights.forEach((weights, ray) => {
    const depths = trace.depthsSorted[ray]!;
    const total = weights.reduce((s, w) => s + w, 0);
    const moment = weights.reduce((s, w, i) => s + (w * (depths[i]! + depths[i + 1]!)) / 2, 0);
    for (let c = 0; c < colors; c++) sum += wanted.features[c * rays3 + ray]! * trace.features[ray]![c]!;
    sum += wanted.alpha[ray]! * total + (wanted.depth[ray]! * moment) / total;
  });
  return sum;
}

const eps = 2e-4;
/** Planes and decoder are float32, so a step must be taken to numbers that float32 holds. */
function difference(
  values: Float32Array,
  direction: Float32Array,
  at: (moved: Float32Array) => number,
): [number, Float64Array] {
  const [up, down] = [1, -1].map((sign) => values.map((v, i) => v + sign * eps * direction[i]!)) as [
    Float32Array,
    Float32Array,
  ];
  return [at(up) - at(down), Float64Array.from(up, (v, i) => v - down[i]!)];
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);

describe.each([
  ['transparent', {}],
  ['white', { whiteBack: true }],
  ['disparity, hashed', { disparitySpaceSampling: true, jitter: { seed: '7' } }],
] as [string, Partial<RenderSettings>][])('the renderer’s backward, %s, against finite differences', (_, changes) => {
  const settings = plain(changes);
  const gradients = renderBackward(volume, raysFor(camera, resolution, settings), settings, wanted);

  test('planes', () => {
    const { data, dims } = volume.planes;
    const [change, step] = difference(data, hashed('d planes', data.length), (moved) =>
      loss({ ...volume, planes: { dims, data: moved } }, camera, settings),
    );
    expect(dot(gradients.planes, step) / change).toBeCloseTo(1, 5);
  });

  test.each(['w1', 'b1', 'w2', 'b2'] as const)('decoder %s', (name) => {
    const [change, step] = difference(decoder[name], hashed(`d ${name}`, decoder[name].length), (moved) =>
      loss({ ...volume, decoder: { ...decoder, [name]: moved } }, camera, settings),
    );
    expect(dot(gradients.decoder[name], step) / change).toBeCloseTo(1, 5);
  });

  test('camera: rotation and translation', () => {
    const byCamera = cameraBackward(camera, resolution, gradients.origins, gradients.directions);
    for (let i = 0; i < 12; i++) {
      const moved = (step: number): Camera => ({
        ...camera,
        cam2world: camera.cam2world.map((v, k) => (k === i ? v + step : v)),
      });
      const step = 1e-6;
      const slope = (loss(volume, moved(step), settings) - loss(volume, moved(-step), settings)) / (2 * step);
      expect(Math.abs(byCamera[i]! - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
    }
  });
});

test('rays that hit nothing get no gradient that is not finite', () => {
  const empty: Volume = {
    ...volume,
    decoder: { ...decoder, b2: Float32Array.from(decoder.b2, (v, i) => (i === 0 ? -200 : v)) },
  };
  const settings = plain();
  const gradients = renderBackward(empty, raysFor(camera, resolution, settings), settings, wanted);
  expect([...gradients.planes, ...gradients.origins].every(Number.isFinite)).toBe(true);
});

describe('the lookup’s backward, inside, across each border and outside the planes', () => {
  const texels = packTexels(volume.planes);
  const edge = 0.535; // between the outer texels' centres and where their reach ends, with a box of 1.1
  const places = [0.113, -edge, edge, 0.7].flatMap((x) => [0.041, -edge, edge].map((y) => [x, y, 0.217] as const));
  const points = Float64Array.from(places.flat());
  const byFeatures = Float64Array.from(hashed('by features', places.length * channels));
  const rows = Uint32Array.from(places, (_, i) => i);
  const found = (p: number, x: number, y: number, z: number): number => {
    const features = new Float64Array(channels);
    sampleTriplane(texels, projection, 1.1, x, y, z, features);
    return features.reduce((sum, value, c) => sum + value * byFeatures[p * channels + c]!, 0);
  };
  const byTexels = new Float64Array(texels.data.length);
  const byPoints = new Float64Array(points.length).fill(NaN);
  triplaneBackward(texels, projection, 1.1, points, rows, byFeatures, byTexels, byPoints);

  test('by texels: the adjoint of the lookup', () => {
    const forward = places.reduce((sum, [x, y, z], p) => sum + found(p, x, y, z), 0);
    expect(dot(byTexels, Float64Array.from(texels.data))).toBeCloseTo(forward, 10);
  });

  test('by points: finite differences', () => {
    const step = 1e-6;
    places.forEach((place, p) => {
      for (let axis = 0; axis < 3; axis++) {
        const moved = (by: number): number => {
          const [x, y, z] = place.map((value, k) => (k === axis ? value + by : value)) as [number, number, number];
          return found(p, x, y, z);
        };
        expect(byPoints[p * 3 + axis]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6);
      }
    });
  });

  test('of some points only, without gradients by points', () => {
    const some = Uint32Array.of(4, 1);
    const gradients = Float64Array.from([...some].flatMap((p) => [...byFeatures.subarray(p * 5, p * 5 + 5)]));
    const [both, alone] = [new Float64Array(byTexels.length), new Float64Array(byTexels.length)];
    const into = new Float64Array(points.length).fill(7);
    triplaneBackward(texels, projection, 1.1, points, some, gradients, both, into);
    triplaneBackward(texels, projection, 1.1, points, some, gradients, alone, null);
    expect(alone).toEqual(both);
    expect([...into.subarray(3, 6)]).toEqual([...byPoints.subarray(3, 6)]);
    expect([...into.subarray(0, 3)]).toEqual([7, 7, 7]);
  });

  test('texels turn back into the planes they came from', () => {
    expect(unpackTexels(texels.data, texels)).toEqual(volume.planes.data);
  });
});
