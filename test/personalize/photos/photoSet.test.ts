import { describe, expect, test } from '@jest/globals';
import { encode } from 'fast-png';
import type { PhotoFiles } from '../../../personalize/photos/photoFiles.js';
import { readPhotoSet } from '../../../personalize/photos/photoSet.js';
import { AssetError, ShapeError } from '../../../runtime/core/errors.js';
import { front, greyPng, jpegOf, labelAt, MemoryFiles, setOf, utf8, type Entry } from './pictures.js';

const side = 24;
const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
const splits: readonly Entry[] = [
  ['train/2.jpg', front],
  ['test/1.jpg', labelAt(1, 0, 2.5)],
  ['train/1.jpg', labelAt(-1, 0, 2.5)],
  ['trainer/9.jpg', front],
];

describe('a good set', () => {
  test('colours, cameras and masks come as stored, sorted by name', async () => {
    const files = setOf(splits, {
      'train/1.jpg': jpegOf(side, side, [255, 0, 128]),
      'masks/train/1.png': greyPng(side, side, (x) => (x < 12 ? 255 : 51)),
    });
    const { photos, problems } = await readPhotoSet(files);
    expect(problems).toEqual([]);
    expect(names(photos)).toEqual(['train/1.jpg', 'train/2.jpg']);
    const [first, second] = [photos[0]!, photos[1]!];
    expect(first.camera.cam2world).toEqual(labelAt(-1, 0, 2.5).slice(0, 16));
    expect(first.image.dims).toEqual([3, side, side]);
    [1, -1, 0].forEach((value, c) => {
      const plane = first.image.data.subarray(c * side * side, (c + 1) * side * side);
      expect(Math.max(...plane.map((pixel) => Math.abs(pixel - value)))).toBeLessThan(0.05);
    });
    expect(first.mask!.dims).toEqual([1, side, side]);
    first.mask!.data.forEach((value, i) => expect(value).toBeCloseTo(i % side < 12 ? 1 : 0.2, 6));
    expect(second.mask).toBeNull();
  });

  test('splits', async () => {
    expect(names((await readPhotoSet(setOf(splits), { split: 'test' })).photos)).toEqual(['test/1.jpg']);
    expect(names((await readPhotoSet(setOf(splits), { split: 'test/' })).photos)).toEqual(['test/1.jpg']);
    const flat = setOf([
      ['b.jpg', front],
      ['a/1.jpg', front],
    ]);
    expect(names((await readPhotoSet(flat)).photos)).toEqual(['a/1.jpg', 'b.jpg']);
    await expect(readPhotoSet(setOf(splits), { split: 'twin' })).rejects.toThrow(
      /expected photos under twin\/, got test, train, trainer/,
    );
  });

  test('size shrinks photo and mask, and enlarges nothing', async () => {
    const files = setOf(splits, {
      'train/1.jpg': greyPng(32, 32, (x) => (x % 2 === 0 ? 0 : 255)),
      'masks/train/1.png': greyPng(32, 32, (_, y) => (y < 16 ? 255 : 0)),
    });
    const { photos } = await readPhotoSet(files, { size: 16 });
    expect(photos[0]!.image.dims).toEqual([3, 16, 16]);
    photos[0]!.image.data.forEach((value) => expect(value).toBeCloseTo(0, 6));
    photos[0]!.mask!.data.forEach((value, i) => expect(value).toBeCloseTo(i < 128 ? 1 : 0, 6));
    expect((await readPhotoSet(files, { size: 512 })).photos[0]!.image.dims).toEqual([3, 32, 32]);
  });

  test('without a mask file the photo’s own alpha is the mask', async () => {
    const data = Uint8Array.from({ length: 4 * side * side }, (_, i) => (i % 4 === 3 ? (i < 800 ? 255 : 0) : 9));
    const photo = encode({ width: side, height: side, channels: 4, depth: 8, data });
    const { photos } = await readPhotoSet(setOf([['a.png', front]], { 'a.png': photo }));
    expect(photos[0]!.mask!.data.reduce((sum, value) => sum + value, 0)).toBe(200);
  });

  test('progress rises to 1', async () => {
    const seen: number[] = [];
    await readPhotoSet(setOf(splits), { onProgress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual([0.5, 1]);
  });
});

describe('one photo that cannot be used is left out', () => {
  const bad = 'train/1.jpg';
  const mask = 'masks/train/1.png';
  const white = greyPng(side, side, () => 255);

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    ['a broken JPEG', { [bad]: jpegOf(side, side, [1, 2, 3]).subarray(0, 200) }, /JPEG is broken/],
    ['a broken PNG', { [bad]: white.subarray(0, 45) }, /PNG is broken/],
    ['another kind', { [bad]: utf8('GIF89a') }, /expected a JPEG or PNG, got a GIF/],
    ['not square', { [bad]: jpegOf(24, 32, [1, 2, 3]) }, /square image, got 24 x 32/],
    ['too small', { [bad]: jpegOf(8, 8, [1, 2, 3]) }, /at least 16 pixels, got 8/],
    ['an empty mask', { [mask]: greyPng(side, side, () => 127) }, /no pixel above one half/],
    ['a mask of another size', { [mask]: greyPng(12, 12, () => 255) }, /expected 24 x 24 as the photo, got 12 x 12/],
    ['an unreadable mask', { [mask]: white.subarray(0, 45) }, /masks\/train\/1\.png: the PNG is broken/],
  ])('%s', async (_, others, reason) => {
    const { photos, problems } = await readPhotoSet(setOf(splits, others));
    expect(names(photos)).toEqual(['train/2.jpg']);
    expect(problems).toEqual([{ name: bad, reason: expect.stringMatching(reason) }]);
  });

  test('a missing file', async () => {
    const files = setOf(splits);
    files.files.delete(bad);
    const { photos, problems } = await readPhotoSet(files);
    expect(names(photos)).toEqual(['train/2.jpg']);
    expect(problems).toEqual([{ name: bad, reason: expect.stringContaining('no such file') }]);
  });

  test('a bad camera, in its own split alone', async () => {
    const entries: Entry[] = [...splits, ['train/3.jpg', front.slice(1)], ['test/3.jpg', null]];
    expect(names((await readPhotoSet(setOf(entries))).problems)).toEqual(['train/3.jpg']);
    expect(names((await readPhotoSet(setOf(entries), { split: 'test' })).problems)).toEqual(['test/3.jpg']);
  });

  test('but a fault of the program is not taken for one of the photo', async () => {
    const files = setOf(splits);
    const faulty: PhotoFiles = {
      list: () => files.list(),
      read: (name) => (name === bad ? Promise.reject(new TypeError('a bug')) : files.read(name)),
    };
    await expect(readPhotoSet(faulty)).rejects.toThrow(TypeError);
  });
});

describe('a set that cannot be used', () => {
  test('none usable: the first problems are told', async () => {
    const entries = [1, 2, 3, 4, 5].map((i): Entry => [`train/${i}.jpg`, []]);
    const reading = readPhotoSet(setOf(entries));
    await expect(reading).rejects.toThrow(AssetError);
    await expect(reading).rejects.toThrow(/train\/1\.jpg: .*train\/2\.jpg: .*train\/3\.jpg: .*And 2 more\./s);
  });

  test('no dataset.json: the layout is told, or where one lies', async () => {
    const photo = jpegOf(side, side, [1, 2, 3]);
    const reading = readPhotoSet(new MemoryFiles(new Map([['1.jpg', photo]])));
    await expect(reading).rejects.toThrow(AssetError);
    await expect(reading).rejects.toThrow(/dataset\.json, \{"labels": .*masks\/train\/00000\.png/s);
    const deeper = new MemoryFiles(new Map([['me/dataset.json', utf8('{}')]]));
    await expect(readPhotoSet(deeper)).rejects.toThrow(/There is me\/dataset\.json: choose that folder/);
  });

  test.each([0, 15, 20.5, NaN, -32])('a size of %d', async (size) => {
    const files = setOf(splits);
    await expect(readPhotoSet(files, { size })).rejects.toThrow(ShapeError);
    expect(files.reads).toBe(0);
  });
});

describe('abort', () => {
  test('before the start nothing is read', async () => {
    const files = setOf(splits);
    const reason = new Error('closed');
    await expect(readPhotoSet(files, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(files.reads).toBe(0);
  });

  test.each([1, 2])('after photo %i of 2 the reason comes, and nothing more is read', async (after) => {
    const files = setOf(splits);
    const controller = new AbortController();
    const reason = new Error('closed');
    let done = 0;
    const onProgress = (): void => {
      if (++done === after) controller.abort(reason);
    };
    await expect(readPhotoSet(files, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    // dataset.json and the photos before.
    expect(files.reads).toBe(1 + after);
  });
});
