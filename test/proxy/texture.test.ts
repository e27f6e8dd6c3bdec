import { expect, test } from '@jest/globals';
import { bakeTexture } from '../../runtime/proxy/bake.js';
import { dilate } from '../../runtime/proxy/dilate.js';
import { sampleGrid } from '../../runtime/proxy/field.js';
import { gatherRows, vertexNormals } from '../../runtime/proxy/mesh.js';
import { surfaceNets } from '../../runtime/proxy/surfaceNets.js';
import { texelMap } from '../../runtime/proxy/texels.js';
import { unwrap } from '../../runtime/proxy/unwrap.js';
import { balls } from './solids.js';

const radiance = balls([{ centre: [0, 0, 0], radius: 0.25 }]);
const sphere = surfaceNets(await sampleGrid(radiance, [0.4, 0.4, 0.4], 32, 100));
const open = unwrap(sphere);

test('the cut runs down the back, its vertices there twice and in the same place', () => {
  const { mesh, uvs, source } = open;
  const twins = source.length - sphere.positions.length / 3;
  expect(twins).toBeGreaterThan(20);
  expect(mesh.positions).toEqual(gatherRows(sphere.positions, source, 3));
  expect(mesh.indices.length).toBe(sphere.indices.length);
  mesh.indices.forEach((v, i) => expect(source[v]).toBe(sphere.indices[i]));
  for (let v = 0; v < source.length; v++) {
    expect(uvs[v * 2]).toBeGreaterThanOrEqual(0);
    expect(uvs[v * 2 + 1]).toBeGreaterThanOrEqual(0);
    expect(uvs[v * 2 + 1]).toBeLessThanOrEqual(1);
    // Beyond the seam only where the surface is at the back or over the crown.
    if (uvs[v * 2]! > 1)
      expect(
        mesh.positions[v * 3 + 2]! < 0 || Math.hypot(mesh.positions[v * 3]!, mesh.positions[v * 3 + 2]!) < 0.05,
      ).toBe(true);
  }
});

test('away from the poles no triangle smears across the texture', () => {
  const { mesh, uvs } = open;
  for (let t = 0; t < mesh.indices.length; t += 3) {
    const corners = [...mesh.indices.subarray(t, t + 3)];
    if (corners.some((v) => Math.abs(mesh.positions[v * 3 + 1]!) > 0.2)) continue;
    const us = corners.map((v) => uvs[v * 2]!);
    expect(Math.max(...us) - Math.min(...us)).toBeLessThan(0.1);
  }
});

test('the face is in the middle, the head’s left on the right, the crown on top', () => {
  const { mesh, uvs } = open;
  const nearest = (point: readonly number[]): readonly [number, number] => {
    let [best, at] = [Infinity, 0];
    for (let v = 0; v < uvs.length / 2; v++) {
      const away = Math.hypot(...point.map((value, axis) => mesh.positions[v * 3 + axis]! - value));
      if (away < best) [best, at] = [away, v];
    }
    return [uvs[at * 2]!, uvs[at * 2 + 1]!];
  };
  expect(nearest([0, 0, 0.25])[0]).toBeCloseTo(0.5, 1);
  expect(nearest([0.25, 0, 0])[0]).toBeCloseTo(0.75, 1);
  expect(nearest([-0.25, 0, 0])[0]).toBeCloseTo(0.25, 1);
  expect(nearest([0, 0.24, 0.05])[1]).toBeLessThan(nearest([0, -0.2, 0.15])[1]);
});

test('texels get the colour of the surface under them', async () => {
  const size = 64;
  const map = texelMap(open, vertexNormals(open.mesh), size);
  const picture = await bakeTexture(radiance, map, size);
  expect(map.texels.length).toBeGreaterThan(0.9 * size * size);
  let worst = 0;
  map.texels.forEach((texel, i) => {
    for (let c = 0; c < 3; c++) {
      const expected = 255 * (0.5 + map.positions[i * 3 + c]!);
      worst = Math.max(worst, Math.abs(picture.data[texel * 4 + c]! - expected));
    }
    expect(picture.data[texel * 4 + 3]).toBe(255);
  });
  // Light comes from a little below the surface: 0.003 units, one of 255 steps.
  expect(worst).toBeLessThan(3);
});

test('colours spread into what is unknown, around the back too, and leave the rest', () => {
  const size = 4;
  const colors = new Float32Array(size * size * 3);
  const known = new Uint8Array(size * size);
  colors.set([1, 0.5, 0.25], 4 * 3);
  known[4] = 1;
  dilate(colors, known, size);
  expect([...known].every((bit) => bit === 1)).toBe(true);
  // Texel 7 is the left neighbour of texel 4 around the back.
  expect([...colors.subarray(21, 24)]).toEqual([1, 0.5, 0.25]);
  const nothing = new Float32Array(12);
  dilate(nothing, new Uint8Array(4), 2);
  expect([...nothing].every((value) => value === 0)).toBe(true);
});

test('a mesh without height cannot be unrolled', () => {
  expect(() => unwrap({ positions: new Float32Array(9), indices: Uint32Array.of(0, 1, 2) })).toThrow(
    'unwrap: the mesh has no height.',
  );
});
