import { expect, test } from '@jest/globals';
import { orbitCamera } from '../../runtime/camera/lookAt.js';
import { largestComponent } from '../../runtime/proxy/component.js';
import { cropped, sampleGrid } from '../../runtime/proxy/field.js';
import { headSurface } from '../../runtime/proxy/headSurface.js';
import { halfAlpha, surfaceLevel } from '../../runtime/proxy/level.js';
import { surfaceNets } from '../../runtime/proxy/surfaceNets.js';
import { cameraRays, fixedBounds } from '../../runtime/render/rays.js';
import { balls, edgeUse, radii, volume } from './solids.js';

const half = [0.4, 0.4, 0.4] as const;
const level = 100;
const ball = { centre: [0, 0, 0], radius: 0.25 } as const;
const front = cameraRays(orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4 }, 0, 0), 24);
const rays = { ...front, bounds: fixedBounds(front.count, 2.2, 3.2) };

test('a ball gives a closed, oriented sphere', async () => {
  const net = surfaceNets(await sampleGrid(balls([ball]), half, 40, level));
  const { counts, isOriented } = edgeUse(net);
  expect(counts.every((count) => count === 2)).toBe(true);
  expect(isOriented).toBe(true);
  // Euler: a sphere has no handles.
  expect(net.positions.length / 3 - counts.length + net.indices.length / 3).toBe(2);
  const spacing = 0.8 / 39;
  for (const radius of radii(net)) expect(Math.abs(radius - 0.25)).toBeLessThan(0.1 * spacing);
  expect(volume(net)).toBeGreaterThan(0.97 * (4 / 3) * Math.PI * 0.25 ** 3);
});

test('what reaches the box is cut there, and closed', async () => {
  const low = { centre: [0, -0.3, 0], radius: 0.25 } as const;
  const net = surfaceNets(await sampleGrid(cropped(balls([low]), half), half, 40, level));
  expect(edgeUse(net).counts.every((count) => count === 2)).toBe(true);
  const heights = net.positions.filter((_, i) => i % 3 === 1);
  expect(Math.min(...heights)).toBeGreaterThan(-0.405);
  expect(Math.min(...heights)).toBeLessThan(-0.38);
});

test('a surface with samples of exactly 0 has no bad numbers', () => {
  const values = new Float32Array(64).fill(-1);
  for (const [x, y, z] of [
    [1, 1, 1],
    [2, 1, 1],
    [1, 2, 1],
    [2, 2, 2],
  ] as const)
    values[x + 4 * y + 16 * z] = 1;
  values[1 + 4 + 32] = values[2 + 4 + 32] = 0;
  const net = surfaceNets({ counts: [4, 4, 4], origin: [0, 0, 0], spacing: 1, values });
  expect(net.positions.every((value) => Number.isFinite(value))).toBe(true);
  expect(net.indices.length).toBeGreaterThan(0);
});

test('debris and cavities go, the head stays', async () => {
  const debris = { centre: [0.33, 0.33, 0.33], radius: 0.05 } as const;
  const both = surfaceNets(await sampleGrid(balls([debris, ball]), half, 40, level));
  const kept = largestComponent(both);
  expect(kept.positions.length).toBeLessThan(both.positions.length);
  for (const radius of radii(kept)) expect(Math.abs(radius - 0.25)).toBeLessThan(0.005);
  // A hollow ball: its inner wall faces the other way.
  const inverted = { positions: kept.positions.map((value) => value / 2), indices: kept.indices.slice().reverse() };
  const shift = kept.positions.length / 3;
  const hollow = {
    positions: Float32Array.of(...inverted.positions, ...kept.positions),
    indices: Uint32Array.of(...inverted.indices, ...kept.indices.map((v) => v + shift)),
  };
  expect(largestComponent(hollow).positions).toHaveLength(kept.positions.length);
  expect(volume(largestComponent(hollow))).toBeCloseTo(volume(kept), 6);
});

test('nothing to be seen is an error', async () => {
  await expect(surfaceLevel(balls([]), rays)).rejects.toMatchObject({ code: 'proxy/empty' });
  const empty = surfaceNets({ counts: [2, 2, 2], origin: [0, 0, 0], spacing: 1, values: new Float32Array(8).fill(-1) });
  expect(() => largestComponent(empty)).toThrow('proxy: the volume has no surface at this density. Lower the level.');
  expect(() => surfaceNets({ counts: [2, 2, 1], origin: [0, 0, 0], spacing: 1, values: new Float32Array(4) })).toThrow(
    /expected \[2, 2, 1\] samples, at least 2 each way/,
  );
});

test('rays are half stopped where the optical thickness is ln 2', async () => {
  const { depths } = await halfAlpha(balls([ball]), rays);
  const middle = (front.count + 24) / 2;
  // Density 100 + 2e4 d at depth d, from d = -1 / 200 on: (2e4 / 2) (d + 1/200)^2 = ln 2.
  const expected = 2.7 - 0.25 - 1 / 200 + Math.sqrt(Math.LN2 / 1e4);
  expect(Math.abs(depths[middle]! - expected)).toBeLessThan(0.002);
  expect(depths[0]).toBeNaN();
});

test('a head of so many vertices lies where rays meet half of it', async () => {
  const { mesh, normals, levels } = await headSurface(cropped(balls([ball]), half), half, rays, {
    resolution: 48,
    vertices: 600,
  });
  expect(mesh.positions.length / 3).toBeGreaterThan(400);
  expect(mesh.positions.length / 3).toBeLessThan(700);
  expect(edgeUse(mesh).counts.every((count) => count === 2)).toBe(true);
  const expected = 0.25 + 1 / 200 - Math.sqrt(Math.LN2 / 1e4);
  radii(mesh).forEach((radius, v) => {
    expect(Math.abs(radius - expected)).toBeLessThan(0.003);
    const along = [0, 1, 2].reduce((sum, k) => sum + normals[v * 3 + k]! * mesh.positions[v * 3 + k]!, 0);
    expect(along / radius).toBeGreaterThan(0.98);
    expect(levels[v]).toBeGreaterThan(0);
  });
});
