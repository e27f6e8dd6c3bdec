import { expect, test } from '@jest/globals';
import { doubtLines, withDoubts } from '../../../../personalize/photos/prepare/doubts.js';

test('names the photos that count less, the least first, and nothing else', () => {
  const photos = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];
  const lines = doubtLines(photos, [
    { weight: 0.79, covered: 0.2 },
    { weight: 1, covered: 0 },
    { weight: 0.114, covered: 0.946 },
    { weight: 0.81, covered: 0.1 },
  ]);
  expect(lines.map((line) => line.split(':').slice(0, 2).join())).toEqual([
    'c.jpg, It counts for 11 %',
    'a.jpg, It counts for 79 %',
  ]);
  expect(lines[0]).toContain('95 % of its head');
  expect(doubtLines(photos.slice(1, 2), [{ weight: 1, covered: 0 }])).toEqual([]);
});

test('a report holds them with the photos that were learned from', () => {
  const place = { yaw: 0, pitch: 0, roll: 0, distance: 2, crop: null };
  const of = (file: string, image: string | null) => ({ file, image, kept: image !== null, reasons: [], ...place });
  const report = { photos: [of('x.heic', null), of('y.heic', 'b.jpg'), of('z.heic', 'a.jpg')], warnings: ['few'] };
  const found = withDoubts(
    report,
    ['a.jpg', 'b.jpg'],
    [
      { weight: 1, covered: 0 },
      { weight: 0.4, covered: 0.7 },
    ],
  );
  expect(found.warnings).toEqual(['few']);
  expect(found.photos.map(({ reasons }) => reasons.map(({ code, severity }) => `${code} ${severity}`))).toEqual([
    [],
    ['unlike warn'],
    [],
  ]);
  expect(report.photos.every(({ reasons }) => reasons.length === 0)).toBe(true);
});
