import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { decodeImage } from '../../../personalize/photos/decodeImage.js';

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, import.meta.url)));
const repeated = (...values: number[]): number[] =>
  values.flatMap((value) => new Array<number>(16 / values.length).fill(value));

test.each([
  ['grey1-adam7.png', repeated(0, 255)],
  ['palette2-adam7.png', repeated(0, 80, 160, 240)],
])('%s is read', (name, expected) => {
  const { data } = decodeImage(read(name), name);
  expect(Array.from({ length: 16 }, (_, x) => data[4 * x])).toEqual(expected);
});

test('8 bits are read as before', () => {
  expect(decodeImage(read('grey8-adam7.png'), 'a').width).toBeGreaterThan(0);
});

// Every pass may be empty or cut off; filters come from the encoder.
test.each([
  [1, 1],
  [2, 3],
  [5, 4],
  [9, 17],
  [33, 10],
])('interlaced palettes of %i x %i agree with libpng', async (width, height) => {
  for (const [colors, bits] of [
    [2, 1],
    [4, 2],
    [16, 4],
  ] as const) {
    const values = Array.from({ length: colors }, (_, i) => [Math.round((255 * i) / (colors - 1)), (i * 37) % 256, 90]);
    const data = Uint8Array.from({ length: width * height }, (_, i) => (i * 7 + Math.floor(i / 5)) % colors).reduce<
      number[]
    >((all, index) => [...all, ...values[index]!], []);
    const raw = sharp(Uint8Array.from(data), { raw: { width, height, channels: 3 } });
    const bytes = new Uint8Array(
      await raw
        .png({ palette: true, colours: colors, dither: 0, progressive: true, adaptiveFiltering: true })
        .toBuffer(),
    );
    // Depth and interlacing, as IHDR has them; a picture of few colours needs fewer bits.
    expect(bytes[24]).toBeLessThanOrEqual(bits);
    expect(bytes[28]).toBe(1);
    const expected = await sharp(bytes).ensureAlpha().raw().toBuffer();
    expect(Array.from(decodeImage(bytes, 'a.png').data)).toEqual(Array.from(expected));
  }
});

test('damage is said', () => {
  const bytes = read('grey1-adam7.png');
  for (let at = 33; at < bytes.length; at += 5) {
    const damaged = bytes.slice();
    damaged[at] = damaged[at]! ^ 0x10;
    expect(() => decodeImage(damaged, 'mask.png')).toThrow(/^mask\.png: the PNG is broken/);
  }
});
