import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bakeVolume, type BakedVolume } from '../../../runtime/render/fast/bakedVolume.js';
import { renderBaked } from '../../../runtime/render/fast/bakedView.js';
import type { Volume } from '../../../runtime/render/volume.js';
import { expressions, Faces, poses, psnrOnWhite } from './faces.js';

let faces: Faces;
let volume: Volume;
let baked: BakedVolume;

beforeAll(async () => {
  faces = await Faces.open();
  volume = await faces.volume(2, expressions[1]!);
  baked = bakeVolume(volume, faces.settings.boxWarp, {}, faces.view(poses[0]).bounds.crop);
});

afterAll(() => faces.dispose());

test('a speaking face from its baked volume is the exact one to 42 dB, and so is its depth', async () => {
  const rays = faces.rays(faces.view(poses[1]), 72);
  const exact = await faces.exact(volume, rays);
  const fast = renderBaked(baked, rays, faces.settings);
  expect(psnrOnWhite(fast, exact).image).toBeGreaterThan(42);
  const apart = [...exact.alpha.keys()]
    .filter((i) => exact.alpha[i]! > 0.5)
    .map((i) => Math.abs(fast.depth[i]! - exact.depth[i]!))
    .sort((a, b) => a - b);
  expect(apart[apart.length >> 1]!).toBeLessThan(0.002);
  expect(apart[Math.floor(0.95 * apart.length)]!).toBeLessThan(0.006);
});

test('it takes at most 2 decoder evaluations and 75 fetches a covered pixel at 256 x 256', () => {
  const { tally, alpha } = renderBaked(baked, faces.rays(faces.view(poses[0]), 256), faces.settings);
  expect(tally.covered).toBe([...alpha].filter((value) => value >= 1 / 255).length);
  expect(tally.covered / alpha.length).toBeGreaterThan(0.25);
  expect(tally.evaluations / tally.covered).toBeLessThan(2);
  expect((tally.fetches + tally.lookups) / tally.covered).toBeLessThan(75);
  expect(tally.fetches / tally.covered).toBeGreaterThan(5);
});

test('the cut through the neck is closed: seen from below it is what the exact march sees', async () => {
  const rays = faces.rays(faces.view([0.2, -0.9]), 40);
  const exact = await faces.exact(volume, rays);
  expect(psnrOnWhite(renderBaked(baked, rays, faces.settings), exact).image).toBeGreaterThan(38);
});
