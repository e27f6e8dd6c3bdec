import { expect, test } from '@jest/globals';
import { readMatrixProfile } from '../../../../personalize/photos/decode/iccProfile.js';
import { readExif } from '../../../../personalize/photos/decode/exif.js';
import { reduceBitmap } from '../../../../personalize/photos/decode/reduce.js';
import { toSrgb } from '../../../../personalize/photos/decode/toSrgb.js';

const notes = { orientation: 1, focal35: null, profile: null, isProfileDeflated: false, primaries: null };
const grey = Uint8Array.from({ length: 4 * 256 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4)));

/** An ICC profile with sRGB's primaries and one curve for all. */
function profileOf(matrix: readonly number[], curve: readonly number[]): Uint8Array {
  const tags = ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'];
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void =>
    bytes.set(
      Array.from(word, (letter) => letter.charCodeAt(0)),
      at,
    );
  text(16, 'RGB XYZ ');
  text(36, 'acsp');
  view.setUint32(128, tags.length);
  tags.forEach((tag, i) => {
    const at = i < 3 ? 300 + 20 * i : 400;
    text(132 + 12 * i, tag);
    view.setUint32(136 + 12 * i, at);
    if (i < 3) [0, 1, 2].forEach((k) => view.setInt32(at + 8 + 4 * k, Math.round(matrix[3 * k + i]! * 65536)));
    else bytes.set(curve, at);
  });
  return bytes;
}

const srgb = [0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733];
const curv = (...samples: readonly number[]): number[] => [
  ...[0x63, 0x75, 0x72, 0x76, 0, 0, 0, 0, 0, 0, 0, samples.length],
  ...samples.flatMap((value) => [value >> 8, value & 255]),
];
const encode = (x: number): number => 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);

test.each([
  ['an exponent of 2.2', curv(Math.round(2.2 * 256)), (x: number) => x ** (Math.round(2.2 * 256) / 256)],
  ['a straight line', curv(), (x: number) => x],
  [
    'a table',
    curv(0, 0x4000, 0xffff),
    (x: number) => (x < 0.5 ? (x * 2 * 0x4000) / 0xffff : 0.25 + (2 * x - 1) * 0.75),
  ],
])('a profile with %s for a curve', (_, curve, light) => {
  const { data } = toSrgb({ width: 256, height: 1, data: grey }, { ...notes, profile: profileOf(srgb, curve) });
  for (let i = 0; i < 256; i++) {
    expect(Math.abs(data[4 * i]! - encode(light(i / 255)))).toBeLessThan(0.75);
    expect(data[4 * i + 3]).toBe(255);
  }
});

test('Display P3 that is named by its number: full red lies outside sRGB, white stays', () => {
  const data = Uint8Array.from([255, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 9, 180, 120, 100, 255]);
  const { data: converted } = toSrgb({ width: 4, height: 1, data }, { ...notes, primaries: 12 });
  expect(Array.from(converted.subarray(0, 12))).toEqual([255, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 9]);
  // By the published matrices of CSS Color 4, section 10.
  expect(Math.abs(converted[12]! - 190.4)).toBeLessThan(1);
  expect(Math.abs(converted[13]! - 117.3)).toBeLessThan(1);
  expect(Math.abs(converted[14]! - 96.5)).toBeLessThan(1);
});

test('damaged and other profiles change nothing', () => {
  const picture = { width: 256, height: 1, data: grey };
  const good = profileOf(srgb, curv());
  expect(readMatrixProfile(good)).not.toBeNull();
  for (const profile of [good.subarray(0, 200), good.subarray(0, 20), new Uint8Array(0)]) {
    expect(toSrgb(picture, { ...notes, profile })).toBe(picture);
  }
  expect(toSrgb(picture, { ...notes, profile: good, isProfileDeflated: true })).toBe(picture);
});

test('area averages are exact, and colours under transparent pixels stay out', () => {
  const data = Uint8Array.from([
    ...[10, 0, 0, 255, 20, 0, 0, 255, 90, 0, 0, 255],
    ...[30, 0, 0, 255, 40, 0, 0, 255, 90, 0, 0, 255],
    ...[200, 9, 9, 0, 100, 0, 0, 255, 90, 0, 0, 255],
  ]);
  const { width, height, data: out } = reduceBitmap({ width: 3, height: 3, data }, 1);
  expect([width, height]).toEqual([1, 1]);
  // Eight pixels count, one is transparent.
  expect(Array.from(out)).toEqual([Math.round((10 + 20 + 90 + 30 + 40 + 90 + 100 + 90) / 8), 0, 0, 227]);
});

test('a ratio that is no whole number', () => {
  const data = Uint8Array.from([0, 60, 120].flatMap((value) => [value, value, value, 255]));
  const { data: out } = reduceBitmap({ width: 3, height: 1, data }, 2);
  expect([out[0], out[4]]).toEqual([(0 + 30) / 1.5, (30 + 120) / 1.5]);
});

test('EXIF that is damaged says nothing', () => {
  const bytes = Uint8Array.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
  expect(readExif(bytes)).toEqual({ orientation: 6, focal35: null });
  for (let length = 0; length < bytes.length; length++) {
    expect(readExif(bytes.subarray(0, length)).orientation).toBe(1);
  }
  bytes[19] = 77;
  expect(readExif(bytes).orientation).toBe(1);
});
