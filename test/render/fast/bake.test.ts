import { expect, test } from '@jest/globals';
import { PointEvaluator } from '../../../runtime/render/pointEvaluator.js';
import { bakeVolume, cutCells } from '../../../runtime/render/fast/bakedVolume.js';
import { bakeSettings, brickSide, densityRange } from '../../../runtime/render/fast/bakeSettings.js';
import { bandBricks, brickDistances } from '../../../runtime/render/fast/occupancy.js';
import { expectClose } from '../../harness/compare.js';
import { oddSettings, oddVolume } from '../oddScene.js';
import { FastRenderer, type FastRendererOptions } from '../../../runtime/render/gpu/fast/fastRenderer.js';

const { boxWarp } = oddSettings;
/** Cells' places of a grid by their number. */
const placeOf = (i: number, side: number): [number, number, number] => [
  i % side,
  Math.floor(i / side) % side,
  Math.floor(i / side ** 2),
];

test.each([
  ['planes of another size than the grid', 16, {}],
  ['a grid on the texels', 12, { width: 12, height: 12 }],
])('voxels of filled bricks are what the decoder says of their centres: %s', (_, side, sizes) => {
  const volume = oddVolume(sizes);
  const baked = bakeVolume(volume, boxWarp, { side });
  const points = new PointEvaluator(volume, boxWarp, 3);
  const bricks = side / brickSide;
  const expected = new Float32Array(4 * side ** 3);
  const centre = (i: number): number => ((i + 0.5) / side - 0.5) * boxWarp;
  for (let i = 0; i < side ** 3; i++) {
    const [x, y, z] = placeOf(i, side);
    const place = [x, y, z].map((at) => Math.floor(at / brickSide)) as [number, number, number];
    if (baked.distances[(place[2] * bricks + place[1]) * bricks + place[0]] !== 0) continue;
    const { sigmas, colors } = points.evaluate(Float64Array.of(centre(x), centre(y), centre(z)));
    const density = (sigmas[0]! - densityRange.least) / (densityRange.most - densityRange.least);
    expected.set(
      [...colors, density].map((value) => 255 * Math.min(1, Math.max(0, value))),
      4 * i,
    );
  }
  expect(baked.filled).toBeGreaterThan(3);
  // Half a step by rounding, and lookups that are moved to the texel.
  expectClose(baked.voxels, expected, 0.52, 'voxels');
  expect(baked.evaluations).toBe((2 * bricks) ** 3 + baked.filled * brickSide ** 3);
});

test('a ball fills the bricks of its surface, is solid inside, and distances are those of a search', () => {
  const bricks = 9;
  const cells = 2 * bricks;
  const radius = 7.2;
  const from = (i: number): number => radius - Math.hypot(...placeOf(i, cells).map((at) => at + 0.5 - bricks));
  const densities = Float32Array.from({ length: cells ** 3 }, (_, i) => 400 * from(i));
  const band = bandBricks(densities, bricks);
  const middle = (4 * bricks + 4) * bricks + 4;
  expect(band[middle]).toBe(2);
  expect(band[0]).toBe(0);
  // A brick that the surface goes through is filled.
  band.forEach((kind, i) => {
    const corners = Array.from({ length: 8 }, (_, k) => {
      const [x, y, z] = placeOf(i, bricks);
      return radius - Math.hypot(2 * x + 2 * (k & 1) - 9, 2 * y + (k & 2) - 9, 2 * z + (k >> 2) * 2 - 9);
    });
    if (Math.min(...corners) < 0 && Math.max(...corners) > 0) expect(kind).toBe(1);
  });
  const distances = brickDistances(band, bricks);
  const nearest = (i: number): number =>
    Math.min(
      ...[...band.keys()]
        .filter((other) => band[other]! > 0)
        .map((other) => {
          const [a, b] = [placeOf(i, bricks), placeOf(other, bricks)];
          return Math.max(...a.map((at, axis) => Math.abs(at - b[axis]!)));
        }),
    );
  expect([...distances]).toEqual([...band].map((kind, i) => (kind === 2 ? 255 : nearest(i))));

  // Cut through, the face of the cut is filled.
  const cut = bandBricks(densities, bricks, [0, 9, 0]);
  expect(cut[middle]).toBe(1);
  expect(cutCells(0.9, cells, [0.9, 0.5, 2])).toEqual([0, 4, 0]);
});

test('a side that bricks do not fill is refused', () => {
  expect(() => bakeSettings({ side: 30 })).toThrow('multiple of 4 from 8 to 160, got 30');
  expect(() => bakeSettings({ edgeSamples: 1 })).toThrow('at least 2, got 1');
});

test('a device that cannot have such a volume is told in a clear word', async () => {
  const device = { limits: { maxTextureDimension3D: 32 } } as unknown as GPUDevice;
  const options = { device, bake: { side: 64 } } as unknown as FastRendererOptions;
  await expect(FastRenderer.create(options)).rejects.toThrow(
    "a volume of 64³ is more than this device's maxTextureDimension3D, 32. Bake a smaller one.",
  );
});
