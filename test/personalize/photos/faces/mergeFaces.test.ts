import { expect, test } from '@jest/globals';
import { tilesOf } from '../../../../personalize/photos/faces/detectFaces.js';
import type { DetectedFace } from '../../../../personalize/photos/faces/faceNets.js';
import { boxOverlap, mergeFaces } from '../../../../personalize/photos/faces/mergeFaces.js';

const face = (score: number, cx: number, size = 100): DetectedFace => ({
  score,
  box: { cx, cy: 50, width: size, height: size },
  points: Float32Array.from({ length: 12 }, (_, i) => cx + i * (i % 2 === 0 ? 1 : 0.5)),
});

test('overlap is the part of the union that boxes share', () => {
  const box = (cx: number, cy: number, width: number, height: number) => ({ cx, cy, width, height });
  expect(boxOverlap(box(0, 0, 2, 2), box(1, 0, 2, 2))).toBeCloseTo(1 / 3, 12);
  expect(boxOverlap(box(0, 0, 4, 2), box(0, 0, 2, 4))).toBeCloseTo(4 / 12, 12);
  expect(boxOverlap(box(0, 0, 2, 2), box(3, 3, 2, 2))).toBe(0);
});

test('boxes of one face become their mean by score; others stay', () => {
  const merged = mergeFaces([face(0.6, 20), face(0.9, 0), face(0.7, 500), face(0.3, 10)]);
  expect(merged.map(({ score }) => score)).toEqual([0.9, 0.7]);
  expect(merged[0]!.box.cx).toBeCloseTo((0.6 * 20 + 0.3 * 10) / 1.8, 6);
  expect(merged[0]!.points[3]).toBeCloseTo((0.6 * 20 + 0.3 * 10) / 1.8 + 1.5, 4);
  expect(merged[1]!.box.cx).toBeCloseTo(500, 9);
  expect(mergeFaces([])).toEqual([]);
});

test('a look that took the face for turned says nothing of its place', () => {
  const upright = face(0.9, 0);
  const turned = { ...face(0.8, 10), points: face(0.8, 10).points.map((value) => -value) };
  const [merged] = mergeFaces([turned, upright]);
  expect(merged).toEqual(upright);
});

test('tiles cover the picture and overlap', () => {
  const picture = { width: 1600, height: 1200 };
  const tiles = tilesOf(picture);
  for (let x = 0; x <= 1600; x += 50) {
    for (let y = 0; y <= 1200; y += 50) {
      const holds = tiles.some(({ cx, cy, side }) => Math.abs(x - cx) <= side / 2 && Math.abs(y - cy) <= side / 2);
      expect(holds).toBe(true);
    }
  }
  const neighbours = tiles.filter(({ cy }) => cy === tiles[0]!.cy).map(({ cx }) => cx);
  expect(Math.max(...neighbours.slice(1).map((cx, i) => cx - neighbours[i]!))).toBeLessThanOrEqual(480);
});
