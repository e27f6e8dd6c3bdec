import { describe, expect, test } from '@jest/globals';
import { decode as decodePng, encode as encodePng } from 'fast-png';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { photoFolder } from '../../personalize/photos/folder.node.js';
import { readPhotoSet } from '../../personalize/photos/photoSet.js';
import type { PreparationReport } from '../../personalize/photos/prepare/report.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson } from '../../runtime/checkpoint/index.js';
import { tinyBase } from '../network/tinyBase.js';
import { rawPhotos } from '../personalize/photos/raw/rawPhotos.js';
import { goldenFile, inFolder, personalizedHead } from './command.js';

const file = (name: string) => `${name}.jpg`;

/** The first raw photos of some people, in one folder. */
async function writeRaw(folder: string, counts: Readonly<Record<string, number>>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const names: string[] = [];
  for (const [person, count] of Object.entries(counts)) {
    for (const { name, bytes } of rawPhotos(person)) {
      if (names.filter((known) => known.startsWith(person)).length === count) break;
      await writeFile(join(folder, name), bytes);
      names.push(name);
    }
  }
  return names;
}

const reportOf = async (path: string): Promise<PreparationReport> =>
  JSON.parse(await readFile(path, 'utf8')) as PreparationReport;

/** A picture of a screen: panes of even colours with lines as of text, and nobody in it. */
function screenshot(): Uint8Array {
  const [width, height] = [480, 320];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    if (y < 24) return 60;
    return y % 12 < 3 && x % 80 < 64 && x > 100 ? 40 : x < 90 ? 200 : 245;
  });
  return encodePng({ width, height, channels: 3, data });
}

describe('personalized-head photos', () => {
  test('turns a folder with good, broken and strange files into a data set, and says why of each', () =>
    inFolder(async (folder) => {
      const [raw, data] = [join(folder, 'raw'), join(folder, 'data')];
      const names = await writeRaw(raw, { A: 4 });
      await writeFile(join(raw, file('broken')), (await readFile(join(raw, names[0]!))).subarray(0, 900));
      await writeFile(join(raw, 'screen.png'), screenshot());
      await writeFile(join(raw, 'notes.txt'), 'mine');
      const outcome = await personalizedHead(['photos', raw, '-o', data, '--hold-out', '1', '--size', '64']);
      expect([outcome.code, outcome.stdout.trim()]).toEqual([0, data]);
      expect(outcome.stderr).toContain('4 of 6 photos can be used');
      const { photos } = await reportOf(join(data, 'report.json'));
      const kept = photos.filter((photo) => photo.kept);
      expect(kept.map((photo) => photo.file)).toEqual(names);
      expect(photos.find((photo) => photo.file === 'screen.png')!.reasons[0]).toMatchObject({
        ...{ code: 'no-face', severity: 'refuse' },
      });
      expect(photos.find((photo) => photo.file === file('broken'))!.reasons[0]).toMatchObject({
        ...{ code: 'unreadable', severity: 'refuse' },
      });
      for (const { yaw, pitch, roll, distance, crop } of kept) {
        for (const value of [yaw, pitch, roll, distance, crop!.cx, crop!.cy, crop!.side, crop!.angle]) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }
      // What was written is read as any data set.
      const files = photoFolder(data);
      const train = await readPhotoSet(files, { split: 'train' });
      const test = await readPhotoSet(files, { split: 'test' });
      expect([train.problems, test.problems]).toEqual([[], []]);
      expect([...train.photos, ...test.photos].map(({ name }) => name).sort()).toEqual(
        kept.map(({ image }) => image).sort(),
      );
      expect([train.photos.length, test.photos.length]).toEqual([3, 1]);
      for (const { image, mask } of train.photos) {
        expect(image.dims).toEqual([3, 64, 64]);
        const covered = mask!.data.reduce((sum, value) => sum + value, 0) / (64 * 64);
        expect(covered).toBeGreaterThan(0.15);
        expect(covered).toBeLessThan(0.9);
      }
      const sheet = decodePng(await readFile(join(data, 'contact.png')));
      expect(sheet.width).toBeGreaterThan(4 * 64);

      const again = await personalizedHead(['photos', raw, '-o', data]);
      expect(again.code).not.toBe(0);
      expect(again.stderr).toMatch(/expected an empty folder/);
      expect((await readdir(data)).sort()).toEqual([
        'contact.png',
        'dataset.json',
        'masks',
        'report.json',
        'test',
        'train',
      ]);
    }));

  test('two people half and half: asks which, and takes the one that is named', () =>
    inFolder(async (folder) => {
      const raw = join(folder, 'raw');
      await writeRaw(raw, { A: 3, B: 3 });
      const unsaid = await personalizedHead(['photos', raw, '-o', join(folder, 'unsaid'), '--size', '64']);
      expect(unsaid.code).not.toBe(0);
      expect(unsaid.stderr).toMatch(/--person 1, --person 2/);
      expect(await readdir(folder)).toEqual(['raw']);
      const kept: string[][] = [];
      for (const person of ['1', '2']) {
        const output = join(folder, person);
        const said = await personalizedHead(['photos', raw, '-o', output, '--size', '64', '--person', person]);
        expect(said.code).toBe(0);
        const { photos } = await reportOf(join(output, 'report.json'));
        kept.push(photos.filter((photo) => photo.kept).map((photo) => photo.file[0]!));
      }
      expect(kept.map((letters) => [...new Set(letters)].join('')).sort()).toEqual(['A', 'B']);
    }));

  test('a folder in which nobody is found ends with a clear word', () =>
    inFolder(async (folder) => {
      const raw = join(folder, 'raw');
      await mkdir(raw);
      await writeFile(join(raw, 'screen.png'), screenshot());
      const outcome = await personalizedHead(['photos', raw, '-o', join(folder, 'data')]);
      expect(outcome.code).not.toBe(0);
      expect(outcome.stderr).toMatch(/screen\.png: .*no face/i);
    }));
});

describe('personalized-head personalize', () => {
  test('takes a folder of raw photos: a head, and a report beside it', () =>
    inFolder(async (folder) => {
      const [raw, head] = [join(folder, 'raw'), join(folder, 'me.head')];
      await writeRaw(raw, { A: 3 });
      const outcome = await personalizedHead(
        ['personalize', raw, '--base', goldenFile('tiny-network.pkl'), '-o', head, '--effort', 'draft'].concat([
          ...['--steps', '3', '--size', '32', '--backend', 'cpu'],
        ]),
      );
      expect(outcome.stderr).toContain('3 of 3 photos can be used');
      expect(outcome.code).toBe(0);
      const person = await readPerson(bytesSource(await readFile(head)), await tinyBase());
      expect(person.tensors.get('anchors')!.dims[0]).toBe(3);
      const { photos } = await reportOf(`${head}.photos.json`);
      expect(photos.map((photo) => photo.kept)).toEqual([true, true, true]);
      expect((await readdir(folder)).sort()).toEqual([
        'me.head',
        'me.head.photos.json',
        'me.head.photos.png',
        'me.head.png',
        'raw',
      ]);
    }));
});
