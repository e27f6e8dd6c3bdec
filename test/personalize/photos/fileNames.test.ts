import { describe, expect, test } from '@jest/globals';
import { readPhotoSet } from '../../../personalize/photos/photoSet.js';
import { datasetOf, front, greyPng, jpegOf, MemoryFiles } from './pictures.js';

const composed = 'train/Zo\u00eb.png';
const decomposed = 'train/Zoe\u0308.png';
const photo = jpegOf(24, 24, [128, 128, 128]);
const mask = greyPng(24, 24, (x) => (x < 12 ? 255 : 0));

/** A photo that reads, beside the one that a test is about. */
const good = 'train/good.jpg';

const reading = (label: string, files: Readonly<Record<string, Uint8Array>>) =>
  readPhotoSet(
    new MemoryFiles(
      new Map(
        Object.entries({
          'dataset.json': datasetOf([
            [label, front],
            [good, front],
          ]),
          [good]: photo,
          ...files,
        }),
      ),
    ),
    { split: 'train' },
  );

describe('names in other spellings', () => {
  test.each([
    [composed, decomposed],
    [decomposed, composed],
  ])('accents of one letter or two are the same', async (label, file) => {
    const { photos, problems } = await reading(label, { [file]: photo, [`masks/${file}`]: mask });
    expect(problems).toEqual([]);
    expect(photos.map(({ name }) => name).sort()).toEqual([composed, good].sort());
    expect(photos.find(({ name }) => name === composed)!.mask).not.toBeNull();
  });

  test('two labels of one photo in both spellings are one name twice', async () => {
    const files = new MemoryFiles(
      new Map([
        [
          'dataset.json',
          datasetOf([
            [composed, front],
            [decomposed, front],
            [good, front],
          ]),
        ],
        [composed, photo],
        [good, photo],
      ]),
    );
    const { problems } = await readPhotoSet(files);
    expect(problems).toEqual([{ name: composed, reason: expect.stringContaining('2 entries name it') }]);
  });

  test.each([
    ['another case', 'train/A.JPG', 'train/a.jpg'],
    ['another ending', 'train/a.jpg', 'train/a.png'],
    ['another folder', 'train/images/a.jpg', 'photos/a.jpg'],
    ['another folder and ending', 'train/images/a.jpg', 'photos/a.png'],
  ])('%s: the reason names the file that is there', async (_, label, file) => {
    const { problems } = await reading(label, { [file]: photo });
    expect(problems).toEqual([{ name: label, reason: expect.stringContaining(`no such file. There is ${file}: `) }]);
  });

  test('of two that may be meant none is named', async () => {
    const { problems } = await reading('train/a.jpg', { 'x/a.png': photo, 'y/a.png': photo });
    expect(problems).toEqual([{ name: 'train/a.jpg', reason: expect.stringMatching(/no such file\. Add it\.$/) }]);
  });
});

describe('masks that are named otherwise', () => {
  test.each([
    'masks/train/a.jpg',
    'masks/a.png',
    'mask/train/a.png',
    'masks/train/a_mask.png',
    'masks/train/a.jpg.png',
    'train/a_mask.png',
    'Masks/train/A.png',
  ])('%s is not passed over in silence', async (stray) => {
    const { photos, problems } = await reading('train/a.jpg', { 'train/a.jpg': photo, [stray]: mask });
    expect(photos.map(({ name }) => name)).toEqual([good]);
    expect(problems).toEqual([
      { name: 'train/a.jpg', reason: expect.stringContaining(`expected its mask as masks/train/a.png, got ${stray}`) },
    ]);
  });

  test('other files beside the photo are no masks', async () => {
    const others = { 'train/ab_mask.png': mask, 'masks/train/b.png': mask, 'notes/a.txt': mask, 'test/a.jpg': photo };
    const { problems } = await reading('train/a.jpg', { 'train/a.jpg': photo, ...others });
    expect(problems).toEqual([]);
  });
});
