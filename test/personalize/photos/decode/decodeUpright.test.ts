import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { installedDecoders, nodeDecoder } from '../../../../personalize/photos/decode/decodeUpright.node.js';
import { bytesOf, largestDifference, quarters, seenQuarters, storedQuarters, upright } from './rawPhotos.js';

const all = installedDecoders();
const withSharp = nodeDecoder(all);
const withoutSharp = nodeDecoder({ sharp: null, libheif: null });
const phone = new Uint8Array(readFileSync(new URL('phone.heic', import.meta.url)));
const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
const quality = { quality: 95, chromaSubsampling: '4:4:4' } as const;

const encoders = {
  jpeg: (photo: Sharp) => photo.jpeg(quality),
  png: (photo: Sharp) => photo.png(),
  webp: (photo: Sharp) => photo.webp({ quality: 95 }),
  avif: (photo: Sharp) => photo.avif(quality),
};

test('the optional decoders are installed here', () => {
  expect(all.sharp).not.toBeNull();
  expect(all.libheif).not.toBeNull();
});

test.each(orientations)('orientation %i is seen upright, with sharp and without', async (orientation) => {
  for (const kind of ['jpeg', 'png', 'webp'] as const) {
    const bytes = await bytesOf(encoders[kind](storedQuarters(orientation)));
    for (const decode of kind === 'webp' ? [withSharp] : [withSharp, withoutSharp]) {
      const { picture, original } = await decode(bytes, `a.${kind}`);
      expect({ width: picture.width, height: picture.height }).toEqual(upright);
      expect(original).toEqual(upright);
      expect(largestDifference(seenQuarters(picture), quarters)).toBeLessThan(8);
    }
  }
});

test('AVIF is read', async () => {
  const { picture } = await withSharp(await bytesOf(encoders.avif(storedQuarters(1))), 'a.avif');
  expect(largestDifference(seenQuarters(picture), quarters)).toBeLessThan(8);
});

// A drawn picture: encoded by heif-enc from a JPEG in Display P3 with EXIF, turned by a box `irot` as phones do.
test('HEIC as phones write it: turned, Display P3, with a focal length', async () => {
  const { picture, original, focal35 } = await withSharp(phone, 'phone.heic');
  expect(original).toEqual({ width: 64, height: 96 });
  expect(focal35).toBe(26);
  const [upperLeft, upperRight, lowerLeft, lowerRight] = quarters;
  const turned = [lowerLeft, upperLeft, lowerRight, upperRight];
  expect(largestDifference(seenQuarters(picture), turned)).toBeLessThan(4);
});

test.each([['jpeg'], ['png']] as const)('Display P3 of a %s becomes sRGB without sharp as with it', async (kind) => {
  const bytes = await bytesOf(encoders[kind](storedQuarters(1).withIccProfile('p3')));
  const stored = await sharp(bytes, { ignoreIcc: true }).ensureAlpha().raw().toBuffer();
  expect(largestDifference(seenQuarters({ ...upright, data: stored }), quarters)).toBeGreaterThan(10);
  for (const decode of [withSharp, withoutSharp]) {
    const { picture } = await decode(bytes, 'a');
    expect(largestDifference(seenQuarters(picture), quarters)).toBeLessThan(kind === 'png' ? 3 : 8);
  }
});

test('the longer side is reduced, the size of the file is told', async () => {
  const bytes = await bytesOf(encoders.jpeg(storedQuarters(6)));
  for (const decode of [withSharp, withoutSharp]) {
    const { picture, original } = await decode(bytes, 'a.jpg', { longestSide: 20 });
    expect([picture.width, picture.height]).toEqual([20, 12]);
    expect(original).toEqual(upright);
    expect(largestDifference(seenQuarters(picture), quarters)).toBeLessThan(8);
  }
});

test('a transparent PNG keeps its alpha', async () => {
  const data = Uint8Array.from({ length: 4 * 8 * 8 }, (_, i) => (i % 4 === 3 ? (i < 128 ? 0 : 255) : 90));
  const bytes = await bytesOf(sharp(data, { raw: { width: 8, height: 8, channels: 4 } }).png());
  for (const decode of [withSharp, withoutSharp]) {
    const { picture } = await decode(bytes, 'a.png');
    expect([picture.data[3], picture.data[4 * 63 + 3]]).toEqual([0, 255]);
  }
});

test.each([
  ['webp', 'sharp'],
  ['avif', 'sharp'],
  ['heic', 'libheif-js'],
] as const)('without its decoder %s is refused with the remedy', async (kind, remedy) => {
  const bytes = kind === 'heic' ? phone : await bytesOf(encoders[kind](storedQuarters(1)));
  await expect(withoutSharp(bytes, 'me')).rejects.toMatchObject({
    code: 'photos/decoder',
    message: expect.stringMatching(new RegExp(`^me: .*npm install ${remedy}`)),
  });
});

test.each(['jpeg', 'png', 'webp', 'avif', 'heic'] as const)('a %s that is cut off is refused', async (kind) => {
  const bytes = kind === 'heic' ? phone : await bytesOf(encoders[kind](storedQuarters(1).withIccProfile('p3')));
  for (const share of [0.3, 0.6, 0.95]) {
    const cut = bytes.slice(0, Math.floor(bytes.length * share));
    await expect(withSharp(cut, 'me')).rejects.toMatchObject({
      code: 'photos/damaged',
      message: expect.stringMatching(/^me: the file is cut off after \d+ bytes\. Copy it again\.$/),
    });
  }
});

test('the thumbnail of a JPEG that is cut off is not taken for its end', async () => {
  const thumbnail = await bytesOf(encoders.jpeg(storedQuarters(1)));
  const bytes = await bytesOf(encoders.jpeg(storedQuarters(1)));
  const segment = Uint8Array.from([
    0xff,
    0xe5,
    (thumbnail.length + 2) >> 8,
    (thumbnail.length + 2) & 255,
    ...thumbnail,
  ]);
  const whole = Uint8Array.from([...bytes.subarray(0, 2), ...segment, ...bytes.subarray(2)]);
  await expect(withSharp(whole, 'me')).resolves.toBeDefined();
  await expect(withSharp(whole.slice(0, -20), 'me')).rejects.toMatchObject({ code: 'photos/damaged' });
});

test.each(['jpeg', 'png', 'webp', 'avif', 'heic'] as const)('junk inside a %s is refused', async (kind) => {
  const bytes = kind === 'heic' ? phone.slice() : await bytesOf(encoders[kind](storedQuarters(1)));
  bytes.fill(0x5a, kind === 'jpeg' ? 20 : 40, Math.floor(bytes.length * 0.9));
  const failure = await withSharp(bytes, 'me').then(
    () => null,
    (error: unknown) => error as Error & { code: string },
  );
  expect(failure?.code).toBe('photos/damaged');
  expect(failure?.message).toMatch(/^me: .*(?:Copy it again|as JPEG)/);
});

test('stops where it is told to', async () => {
  const bytes = await bytesOf(encoders.jpeg(storedQuarters(1)));
  await expect(withSharp(bytes, 'me', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});
