import { describe, expect, test } from '@jest/globals';
import { parseDatasetJson } from '../../../personalize/photos/datasetJson.js';
import { parseLabels } from '../../../personalize/photos/labels.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { front, labelAt } from './pictures.js';

const good = ['good.jpg', labelAt(1, 0.5, 2)];
const parse = (...labels: unknown[]): ReturnType<typeof parseLabels> => parseLabels(JSON.stringify({ labels }));
const replaced = (at: number, value: unknown): unknown[] => front.map((number, i) => (i === at ? value : number));

describe('parseLabels', () => {
  test('reads cameras in the order of the file', () => {
    const { labels, problems } = parse(['b.jpg', front], good);
    expect(problems).toEqual([]);
    expect(labels.map(({ name }) => name)).toEqual(['b.jpg', 'good.jpg']);
    expect(labels[0]!.camera).toEqual({ cam2world: front.slice(0, 16), intrinsics: front.slice(16) });
  });

  test.each<[string, unknown, RegExp]>([
    ['24 numbers', front.slice(1), /list of 25/],
    ['26 numbers', [...front, 1], /list of 25/],
    ['no list', null, /list of 25/],
    ['null among them', replaced(3, null), /labels\[0\]\[3\].*null/],
    ['a text among them', replaced(24, '1'), /labels\[0\]\[24\]/],
    ['a singular rotation', front.map((value, i) => ([0, 4, 8].includes(i) ? 0 : value)), /singular/],
    ['a mirrored rotation', front.map((value, i) => ([0, 4, 8].includes(i) ? -value : value)), /rotation/],
    ['a scaled rotation', front.map((value, i) => (i < 12 ? 2 * value : value)), /rotation/],
    ['columns written as rows', replaced(12, 2.7), /last row/],
    ['no focal length', replaced(16, 0), /focal/],
    ['a focal length in pixels', replaced(16, 2183), /intrinsics in pixels/],
  ])('%s spoils that photo alone', (_, label, reason) => {
    const { labels, problems } = parse(['bad.jpg', label], good);
    expect(labels.map(({ name }) => name)).toEqual(['good.jpg']);
    expect(problems).toEqual([{ name: 'bad.jpg', reason: expect.stringMatching(reason) }]);
  });

  test('an entry without a name is told by its place', () => {
    const { labels, problems } = parse(good, [7, front], 'x', ['', front]);
    expect(labels).toHaveLength(1);
    expect(problems.map(({ name }) => name)).toEqual(['labels[1]', 'labels[2]', 'labels[3]']);
  });

  test('a name that stands twice is said once, and neither camera is guessed', () => {
    const { labels, problems } = parse(['twice.jpg', front], good, ['./twice.jpg', labelAt(0, 1, 2)]);
    expect(labels.map(({ name }) => name)).toEqual(['good.jpg']);
    expect(problems).toEqual([{ name: 'twice.jpg', reason: expect.stringContaining('2 entries') }]);
  });

  test('names get forward slashes', () => {
    expect(parse(['.\\train\\1.jpg', front]).labels[0]!.name).toBe('train/1.jpg');
  });

  test.each(['NaN', 'Infinity', '-Infinity'])('%s as Python writes it spoils that photo alone', (word) => {
    const text = JSON.stringify({ labels: [['NaN, "Infinity".jpg', front], good, ['bad.jpg', replaced(5, 99999)]] });
    const { labels, problems } = parseLabels(text.replace('99999', word));
    expect(labels.map(({ name }) => name)).toEqual(['NaN, "Infinity".jpg', 'good.jpg']);
    expect(problems).toEqual([{ name: 'bad.jpg', reason: expect.stringContaining(word) }]);
  });

  test.each<[string, string]>([
    ['a list', '[]'],
    ['null', 'null'],
    ['no labels', '{"images": []}'],
    ['null labels, as EG3D writes them for a set without cameras', '{"labels": null}'],
    ['labels by name', '{"labels": {"a.jpg": []}}'],
    ['empty labels', '{"labels": []}'],
    ['no JSON', 'labels: []'],
    ['half a file', '{"labels": [["a.jpg", [1, 2'],
    ['nothing', ''],
  ])('%s is no such file', (_, text) => {
    expect(() => parseLabels(text)).toThrow(AssetError);
    expect(() => parseLabels(text)).toThrow(/dataset\.json/);
  });
});

test('a byte order mark before the JSON is passed over', () => {
  expect(parseDatasetJson('\uFEFF{"a": "\\"NaN"}', 'x')).toEqual({ a: '"NaN' });
});
