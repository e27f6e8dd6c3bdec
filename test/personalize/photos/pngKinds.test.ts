import { expect, test } from '@jest/globals';
import { decodeImage } from '../../../personalize/photos/decodeImage.js';
import { writePng, type PngParts } from './pngWriter.js';

// Kinds that fast-png's encoder does not write, packed by the test itself.
const decode = (parts: PngParts): number[] => Array.from(decodeImage(writePng(parts), 'a.png').data);

test.each([1, 2, 4])('grey of %i bits in rows that end within a byte', (depth) => {
  const most = 2 ** depth - 1;
  const samples = Array.from({ length: 9 }, (_, i) => (i * 5) % (most + 1));
  const data = decode({ side: 3, depth, colorType: 0, samples });
  expect(samples.map((_, i) => data[4 * i])).toEqual(samples.map((value) => (value * 255) / most));
});

test.each([1, 2, 4, 8])('palette of %i bits: opaque, and with fewer alphas than colours', (depth) => {
  const palette = [10, 20, 30, 40, 50, 60];
  const samples = [0, 1, 1, 1, 0, 1, 1, 0, 0];
  const color = (index: number, alpha: number): number[] => [...palette.slice(3 * index, 3 * index + 3), alpha];
  const parts = { side: 3, depth, colorType: 3, samples, palette };
  expect(decode(parts)).toEqual(samples.flatMap((index) => color(index, 255)));
  const transparent = decode({ ...parts, transparency: [99] });
  expect(transparent).toEqual(samples.flatMap((index) => color(index, index === 0 ? 99 : 255)));
});
