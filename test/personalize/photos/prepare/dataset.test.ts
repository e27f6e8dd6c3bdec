import { expect, test } from '@jest/globals';
import { readPhotoSet } from '../../../../personalize/photos/photoSet.js';
import { datasetFiles } from '../../../../personalize/photos/prepare/dataset/files.js';
import { holdOut } from '../../../../personalize/photos/prepare/dataset/holdOut.js';
import type { PreparedPhotos } from '../../../../personalize/photos/prepare/preparedPhotos.js';
import { photoNames } from '../../../../personalize/photos/prepare/preparePhotos.js';
import { photoReport } from '../../../../personalize/photos/prepare/photoReport.js';
import { drawText } from '../../../../personalize/photos/prepare/sheet/bitmapFont.js';
import { contactSheet } from '../../../../personalize/photos/prepare/sheet/contactSheet.js';
import { labelView } from '../../../../personalize/photos/cameras/labelView.js';
import { rotationFromAngles } from '../../../../personalize/photos/cameras/viewAngles.js';
import { mulberry } from '../raw/random.js';
import { MemoryFiles } from '../pictures.js';

const side = 24;

function preparedOf(count: number): PreparedPhotos {
  const random = mulberry(2);
  const views = Array.from({ length: count }, (_, i) =>
    labelView({
      rotation: rotationFromAngles(-40 + (80 * i) / Math.max(1, count - 1), 3, 10),
      distance: 1.5 + 0.1 * i,
      side: 300,
      center: [400, 300],
      error: 0.004,
    }),
  );
  const name = (i: number): string => `train/${String(i).padStart(5, '0')}.png`;
  return {
    photos: views.map(({ camera }, i) => ({
      name: name(i),
      camera,
      image: { dims: [3, side, side], data: Float32Array.from({ length: 3 * side ** 2 }, () => 2 * random() - 1) },
      mask: { dims: [1, side, side], data: Float32Array.from({ length: side ** 2 }, () => random()) },
    })),
    report: {
      photos: [
        ...views.map((view, i) => photoReport(`IMG_${i}.jpg`, [], name(i), view, 2)),
        photoReport('bad.jpg', [{ code: 'no-face', message: 'No.', severity: 'refuse' }], null, null, 1),
      ],
      warnings: [],
    },
  };
}

test('a written set is read again as it was, within a byte', async () => {
  const prepared = preparedOf(4);
  const { photos, problems } = await readPhotoSet(new MemoryFiles(new Map(datasetFiles(prepared))));
  expect(problems).toEqual([]);
  photos.forEach((photo, i) => {
    const before = prepared.photos[i]!;
    expect(photo.name).toBe(before.name);
    photo.camera.cam2world.forEach((value, k) => expect(value).toBeCloseTo(before.camera.cam2world[k]!, 6));
    photo.image.data.forEach((value, k) => expect(Math.abs(value - before.image.data[k]!)).toBeLessThan(1 / 127));
    photo.mask!.data.forEach((value, k) => expect(Math.abs(value - before.mask!.data[k]!)).toBeLessThan(1 / 254));
  });
});

test('report.json has the form that the issue names', () => {
  const files = new Map(datasetFiles(preparedOf(2)));
  const report = JSON.parse(new TextDecoder().decode(files.get('report.json'))) as {
    photos: Record<string, unknown>[];
  };
  expect(report.photos[0]).toEqual({
    file: 'IMG_0.jpg',
    kept: true,
    reasons: [],
    image: 'train/00000.png',
    yaw: -40,
    pitch: 3,
    roll: 10,
    distance: 1.5,
    crop: { cx: 800, cy: 600, side: 600, angle: 10 },
  });
  expect(report.photos[2]).toEqual({
    file: 'bad.jpg',
    kept: false,
    reasons: [{ code: 'no-face', message: 'No.', severity: 'refuse' }],
    image: null,
    yaw: null,
    pitch: null,
    roll: null,
    distance: null,
    crop: null,
  });
});

test('photos are held out by number, spread over the yaw but never the outermost, or by name', () => {
  const prepared = preparedOf(9);
  const three = holdOut(prepared, 3);
  const out = three.report.photos.filter(({ image }) => image?.startsWith('test/'));
  expect(out.map(({ file }) => file)).toEqual(['IMG_1.jpg', 'IMG_4.jpg', 'IMG_7.jpg']);
  expect(three.photos.map(({ name }) => name).filter((name) => name.startsWith('test/'))).toEqual(
    out.map(({ image }) => image),
  );
  expect(three.photos.filter(({ name }) => name.startsWith('train/')).map(({ name }) => name)).toEqual(
    Array.from({ length: 6 }, (_, i) => `train/${String(i).padStart(5, '0')}.png`),
  );
  const named = holdOut(prepared, ['IMG_8.jpg', '*_0.*']);
  expect(named.report.photos.filter(({ image }) => image?.startsWith('test/')).map(({ file }) => file)).toEqual([
    'IMG_0.jpg',
    'IMG_8.jpg',
  ]);
  expect(holdOut(preparedOf(2), 5).photos.every(({ name }) => name.startsWith('train/'))).toBe(true);
});

test('files that nobody means as photos are passed over', () => {
  const names = [
    'a.JPG',
    '.DS_Store',
    'x/.hidden.jpg',
    '__MACOSX/a.jpg',
    'IMG_1.AAE',
    'notes.txt',
    'x/b.heic',
    'Thumbs.db',
  ];
  expect(photoNames(names)).toEqual(['a.JPG', 'x/b.heic']);
});

test('letters', () => {
  const rows = (text: string): string[] => {
    const grid = Array.from({ length: 7 }, () => Array.from({ length: 6 * text.length - 1 }, () => '.'));
    drawText(text, (x, y) => (grid[y]![x] = '#'));
    return grid.map((row) => row.join(''));
  };
  expect(rows('t1')).toEqual([
    '#####...#..',
    '..#....##..',
    '..#.....#..',
    '..#.....#..',
    '..#.....#..',
    '..#.....#..',
    '..#....###.',
  ]);
  expect(rows('é')).toEqual(rows('?'));
});

test('a contact sheet shows each kept photo twice, its axes from the face, and what was left out', () => {
  const prepared = preparedOf(11);
  const { width, height, data } = contactSheet(prepared, new Map());
  expect([width, height]).toEqual([10 * 164 + 4, 4 + 2 * (160 + 33 + 4 + 160) + 197]);
  const at = (x: number, y: number): number[] =>
    Array.from(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3));
  // The sixth of eleven looks straight ahead: up is up.
  const x = 4 + 5 * 164 + 80;
  expect(at(x, 4 + 60)).toEqual([30, 200, 30]);
});
