import { expect, test } from '@jest/globals';
import { groupFaces, isAmbiguous } from '../../../../personalize/photos/prepare/people/groupFaces.js';
import { findTwins } from '../../../../personalize/photos/prepare/people/twins.js';
import { mulberry, normal } from '../raw/random.js';

/** A descriptor at about `spread` from a person's. */
function descriptor(person: number, spread: number, random: () => number): Float32Array {
  const out = Float32Array.from({ length: 128 }, () => (normal(random) * spread) / Math.sqrt(128));
  out[person]! += 0.6;
  return out;
}

test('faces are grouped by person, the most frequent first; a stranger is alone', () => {
  const random = mulberry(1);
  const faces = [1, 0, 0, 2, 0, 1, 0, 0, 1].map((person) => descriptor(person, 0.3, random));
  const groups = groupFaces(faces);
  expect(groups.map(({ faces: all }) => [...all].sort((a, b) => a - b))).toEqual([[1, 2, 4, 6, 7], [0, 5, 8], [3]]);
  expect(groups[0]!.centroid[0]).toBeGreaterThan(0.4);
  expect(groupFaces([])).toEqual([]);
});

test('a second person in more than half as many photos must be asked about', () => {
  const photos = (...counts: number[]) => counts.map((count) => ({ photos: count }));
  expect(isAmbiguous(photos(10, 6))).toBe(true);
  expect(isAmbiguous(photos(10, 5))).toBe(false);
  expect(isAmbiguous(photos(1, 1))).toBe(true);
  expect(isAmbiguous(photos(3))).toBe(false);
});

test('of copies the better one stays, and all others point to it', () => {
  const [a, b] = [
    [0, 0],
    [-1, 0],
  ] as [[number, number], [number, number]];
  const near: [number, number] = [0b111, 0];
  const quality = [1, 5, 3, 9, 0];
  const better = (i: number, k: number): boolean => quality[i]! > quality[k]!;
  expect(findTwins([a, b, near, a, null], () => true, better)).toEqual([3, null, 3, null, null]);
  expect(findTwins([a, b, near, a, null], () => false, better)).toEqual([null, null, null, null, null]);
});
