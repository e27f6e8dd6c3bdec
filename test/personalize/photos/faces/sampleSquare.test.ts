import { describe, expect, test } from '@jest/globals';
import { makePyramid } from '../../../../personalize/photos/faces/bitmapPyramid.js';
import { cutSquare, sampleSquare } from '../../../../personalize/photos/faces/sampleSquare.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';

/** Red rises to the right, green downwards, blue is 100. */
function ramp(width: number, height: number, alpha = 255): Bitmap {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 100, alpha], i * 4);
  return { width, height, data };
}

describe('pyramid', () => {
  test('halves down to about 64 pixels, each pixel the mean of four', () => {
    const { levels } = makePyramid(ramp(255, 200));
    expect(levels.map(({ width, height }) => [width, height])).toEqual([
      [255, 200],
      [127, 100],
    ]);
    // (2x + 2x + 1) / 2 rounded up.
    expect([...levels[1]!.data.subarray((5 * 127 + 7) * 4, (5 * 127 + 8) * 4)]).toEqual([15, 11, 100, 255]);
  });

  test('what is transparent becomes grey, whatever colour lies under it', () => {
    const { levels } = makePyramid(ramp(64, 64, 0));
    expect([...levels[0]!.data.subarray(0, 4)]).toEqual([128, 128, 128, 255]);
  });
});

describe('squares', () => {
  const pyramid = makePyramid(ramp(100, 80));

  test('a ramp is sampled exactly, turned or not', () => {
    for (const angle of [0, 0.5, -2]) {
      const square = { cx: 50.3, cy: 40.6, side: 30, angle };
      const values = sampleSquare(pyramid, square, 24, { range: [0, 255] });
      let worst = 0;
      for (let i = 0; i < 576; i++) {
        const [u, v] = [((i % 24) + 0.5) * 1.25 - 15, (Math.floor(i / 24) + 0.5) * 1.25 - 15];
        const x = 50.3 + Math.cos(angle) * u - Math.sin(angle) * v - 0.5;
        const y = 40.6 + Math.sin(angle) * u + Math.cos(angle) * v - 0.5;
        worst = Math.max(worst, Math.abs(values[i]! - x), Math.abs(values[576 + i]! - y));
      }
      expect(worst).toBeLessThan(1e-3);
    }
  });

  test('outside is zero or the nearest pixel', () => {
    const square = { cx: 0, cy: 40, side: 20, angle: 0 };
    const zero = sampleSquare(pyramid, square, 20, { range: [-1, 1] });
    expect(zero[800]).toBe(-1);
    expect(zero[800 + 15]).toBeCloseTo((2 * 100) / 255 - 1, 5);
    const replicated = sampleSquare(pyramid, square, 20, { range: [0, 255], edge: 'replicate' });
    expect(replicated[800]).toBeCloseTo(100, 3);
    expect(replicated[0]).toBe(0);
  });

  test('mirrored exchanges left and right', () => {
    const square = { cx: 40, cy: 40, side: 20, angle: 0.3 };
    const plain = sampleSquare(pyramid, square, 8);
    const mirrored = sampleSquare(pyramid, square, 8, { mirrored: true });
    const turned = Array.from(mirrored, (_, i) => plain[i - (i % 8) + 7 - (i % 8)]);
    expect(Array.from(mirrored)).toEqual(turned);
  });

  test('large regions come from smaller levels: stripes finer than a pixel become grey', () => {
    const data = new Uint8Array(256 * 256 * 4).fill(255);
    for (let i = 0; i < 256 * 256; i++) if (i & 1) data.fill(0, i * 4, i * 4 + 3);
    const values = sampleSquare(
      makePyramid({ width: 256, height: 256, data }),
      { cx: 128, cy: 128, side: 240, angle: 0 },
      60,
    );
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(0.01);
    expect(values[0]).toBeCloseTo(0.5, 2);
  });

  test('a cut says how much of each pixel lies in the picture', () => {
    const cut = cutSquare(pyramid, { cx: 0, cy: 40, side: 20, angle: 0 }, 10);
    const row = [...cut.data.subarray(5 * 40, 6 * 40)].filter((_, i) => i % 4 === 3);
    expect(row).toEqual([0, 0, 0, 0, 0, 255, 255, 255, 255, 255]);
    const inside = cutSquare(pyramid, { cx: 50, cy: 40, side: 20, angle: 0 }, 20);
    expect([...inside.data.subarray((3 * 20 + 4) * 4, (3 * 20 + 4) * 4 + 4)]).toEqual([44, 33, 100, 255]);
  });
});
