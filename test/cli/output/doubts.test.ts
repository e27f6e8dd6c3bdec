import { expect, test } from '@jest/globals';
import { doubtLines } from '../../../cli/output/doubts.js';
import type { Photo } from '../../../personalize/photos/photo.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';

const photo = (name: string): Photo => ({
  name,
  camera: orbitCamera({ radius: 2.7, pivot: [0, 0, 0], focal: 4.26 }, 0, 0),
  image: { dims: [3, 1, 1], data: new Float32Array(3) },
  mask: null,
});

test('names the photos that count less, the least first, and nothing else', () => {
  const photos = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map(photo);
  const lines = doubtLines(photos, [
    { weight: 0.79, covered: 0.2 },
    { weight: 1, covered: 0 },
    { weight: 0.114, covered: 0.946 },
    { weight: 0.81, covered: 0.1 },
  ]);
  expect(lines.map((line) => line.split(':')[0])).toEqual(['c.jpg counts for 11 %', 'a.jpg counts for 79 %']);
  expect(lines[0]).toContain('95 % of its head');
  expect(doubtLines(photos.slice(1, 2), [{ weight: 1, covered: 0 }])).toEqual([]);
});
