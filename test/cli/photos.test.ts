import { describe, expect, test } from '@jest/globals';
import { decode as decodePng } from 'fast-png';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { anglesOfRotation } from '../../personalize/photos/cameras/viewAngles.js';
import { photoFolder } from '../../personalize/photos/folder.node.js';
import { readPhotoSet } from '../../personalize/photos/photoSet.js';
import type { PreparationReport } from '../../personalize/photos/prepare/report.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson } from '../../runtime/checkpoint/index.js';
import { tinyBase } from '../network/tinyBase.js';
import { drawings, screenshot } from '../personalize/photos/drawings.js';
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

  test('a folder in which nobody is found: a clear word on each, and nothing is written or replaced', () =>
    inFolder(async (folder) => {
      const [raw, data] = [join(folder, 'raw'), join(folder, 'data')];
      await mkdir(raw);
      for (const [name, bytes] of drawings()) await writeFile(join(raw, name), bytes);
      await mkdir(data);
      await writeFile(join(data, 'dataset.json'), 'of yesterday');
      const outcome = await personalizedHead(['photos', raw, '-o', data, '--overwrite']);
      expect(outcome.code).toBe(1);
      for (const name of drawings().keys()) {
        // A figure of strokes has a face, but no photo's.
        const word = name === 'strokes.png' ? 'The face is too bright: ' : 'No face was found. Show the whole head';
        expect(outcome.stderr).toContain(`left out ${name}: ${word}`);
      }
      expect(outcome.stderr).toContain('photos: None of 5 photos can be used.');
      expect(await readdir(data)).toEqual(['dataset.json']);
      expect(await readFile(join(data, 'dataset.json'), 'utf8')).toBe('of yesterday');
    }));

  test('photos all from the front, and one alone, make a data set and warnings', () =>
    inFolder(async (folder) => {
      const raw = join(folder, 'raw');
      await mkdir(raw);
      const frontal = [...rawPhotos('A')].filter(({ truth }) => {
        const { yaw } = anglesOfRotation(truth.view.rotation);
        return Math.abs(yaw) < 12;
      });
      expect(frontal.length).toBeGreaterThan(1);
      for (const { name, bytes } of frontal) await writeFile(join(raw, name), bytes);
      const all = await personalizedHead(['photos', raw, '-o', join(folder, 'all'), '--size', '64']);
      expect(all.code).toBe(0);
      expect(all.stderr).toMatch(/(All photos look straight ahead|No photo is turned more than 20°): the sides/);
      const one = await personalizedHead(
        ['photos', join(raw, frontal[0]!.name), '-o', join(folder, 'one')].concat(['--size', '64']),
      );
      expect(one.code).toBe(0);
      expect(one.stderr).toContain('Only 1 photo can be used; a head needs at least 10');
      expect(one.stderr).toContain('One photo tells little of the head’s depth');
      const { photos, warnings } = await reportOf(join(folder, 'one', 'report.json'));
      expect(photos.map(({ kept }) => kept)).toEqual([true]);
      for (const warning of warnings) expect(one.stderr).toContain(warning);
    }));
});

describe('personalized-head personalize', () => {
  test('a folder in which nobody is found: nothing is written', () =>
    inFolder(async (folder) => {
      const raw = join(folder, 'raw');
      await mkdir(raw);
      await writeFile(join(raw, 'screen.png'), screenshot());
      const outcome = await personalizedHead(['personalize', raw, '-o', join(folder, 'me.head')]);
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toMatch(/left out screen\.png: No face was found.*None of 1 photo can be used/s);
      expect(await readdir(folder)).toEqual(['raw']);
    }));

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
