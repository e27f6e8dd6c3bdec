import { describe, expect, test } from '@jest/globals';
import { encode as encodePng } from 'fast-png';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { efforts, personalize } from '../../personalize/personalize.js';
import { photoFolder } from '../../personalize/photos/folder.node.js';
import { readPhotoSet } from '../../personalize/photos/photoSet.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson, type PersonFile } from '../../runtime/checkpoint/index.js';
import { cpu } from '../network/runGraph.js';
import { tinyBase } from '../network/tinyBase.js';
import { goldenFile, inFolder, personalizedHead, type Outcome } from './command.js';
import { side, writeSet } from './photoSets.js';

const base = goldenFile('tiny-network.pkl');

function run(folder: string, output: string, more: readonly string[] = []): Promise<Outcome> {
  return personalizedHead(
    ['personalize', folder, '--base', base, '-o', output, '--effort', 'draft', '--steps', '3', '--size', '32'].concat([
      '--backend',
      'cpu',
      ...more,
    ]),
  );
}

async function personIn(path: string): Promise<PersonFile> {
  return readPerson(bytesSource(await readFile(path)), await tinyBase());
}

/** What a run with the options of `run` keeps when it is stopped after its first training step. */
async function stateOf(folder: string): Promise<Uint8Array> {
  const controller = new AbortController();
  let last = new Uint8Array();
  const { completed } = await personalize({
    base: await tinyBase(),
    execution: await cpu(),
    photos: (await readPhotoSet(photoFolder(folder), { size: 32 })).photos,
    effort: { ...efforts.draft, training: 3 },
    resolution: 32,
    signal: controller.signal,
    onState: (state) => void (last = new Uint8Array(state)),
    onProgress: ({ stage }) => {
      if (stage === 'training') controller.abort();
    },
  });
  expect(completed).toBe(false);
  return last;
}

describe('personalize', () => {
  test.each([1, 3])('%i photos make a person, a contact sheet, and nothing else', (count) =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, count);
      const output = join(folder, 'me.head');
      const { code, stdout, stderr } = await run(set, output);
      expect([code, stderr.includes(`${count} photos, lora-1`)]).toEqual([0, true]);
      expect(stdout).toContain('me.head: ');
      // What the phases took, and their sum.
      expect(stderr).toMatch(/training .* s CPU, memory to \d+ MiB\n.*\n?together .* MiB/s);
      expect((await readdir(folder)).sort()).toEqual(['me.head', 'me.head.png', 'photos']);
      const { tensors, metadata } = await personIn(output);
      expect(tensors.get('anchors')!.dims).toEqual([count, 1, 32]);
      expect(metadata.get('photos')).toBe(String(count));
      expect(metadata.get('thumbnail')).toMatch(/^data:image\/png;base64,iVBOR/);
    }),
  );

  test('a broken JPEG, an empty mask and a camera with NaN are named and left out', () =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 3, (entries) => {
        const [name, label] = entries[0]!;
        const more = [
          ['broken.jpg', label],
          ['empty.jpg', label],
          ['nan.jpg', label.map((value, i) => (i === 5 ? NaN : value))],
          ['absent.jpg', label],
        ];
        expect(name).toBe('0.jpg');
        // As Python's json writes it.
        return JSON.stringify({ labels: [...entries, ...more] }).replace('null', 'NaN');
      });
      const whole = await readFile(join(set, '0.jpg'));
      await writeFile(join(set, 'broken.jpg'), whole.subarray(0, 300));
      await writeFile(join(set, 'empty.jpg'), whole);
      await writeFile(join(set, 'nan.jpg'), whole);
      const nothing = { width: side, height: side, channels: 1, data: new Uint8Array(side * side) } as const;
      await writeFile(join(set, 'masks', 'empty.png'), encodePng(nothing));
      const output = join(folder, 'me.head');
      const { code, stderr } = await run(set, output, ['--no-sheet']);
      expect([code, stderr.includes('3 photos')]).toEqual([0, true]);
      for (const name of ['broken.jpg', 'empty.jpg', 'nan.jpg', 'absent.jpg']) {
        expect(stderr).toMatch(new RegExp(`left out ${name.replace('.', '\\.')}: .+`));
      }
      expect((await personIn(output)).tensors.get('anchors')!.dims[0]).toBe(3);
    }));

  test.each([
    ['a dataset.json that is none', '{"labels": 7}', /dataset\.json/],
    ['no usable photo', '{"labels": [["gone.jpg", [1, 2]]]}', /gone\.jpg/],
  ])('%s: a clear error, and nothing is written', (_, labels, message) =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 1, () => labels);
      const { code, stderr } = await run(set, join(folder, 'me.head'));
      expect([code, message.test(stderr), stderr.includes('    at ')]).toEqual([1, true, false]);
      expect(await readdir(folder)).toEqual(['photos']);
    }),
  );

  test('a folder without dataset.json holds raw photos: where nobody is in them, only their report is written', () =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 1, () => '');
      const { code, stderr } = await run(set, join(folder, 'me.head'));
      expect([code, /no face|no photo/i.test(stderr), stderr.includes('    at ')]).toEqual([1, true, false]);
      const written = await readdir(folder);
      expect(written.filter((name) => name !== 'photos' && !name.startsWith('me.head.photos.'))).toEqual([]);
    }));

  test('--resume without a state is an error, and an older person stays', () =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 1);
      const output = join(folder, 'me.head');
      await writeFile(output, 'older');
      const { code, stderr } = await run(set, output, ['--resume']);
      expect([code, stderr.includes('me.head.training of an earlier run, got none')]).toEqual([1, true]);
      expect(await readFile(output, 'utf8')).toBe('older');
    }));

  test('--resume goes on from a state and removes it; that of other photos is refused and stays', () =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 1);
      const output = join(folder, 'me.head');
      const state = await stateOf(set);
      await writeFile(`${output}.training`, state);
      const refused = await run(set, output, ['--resume', '--seed', 'other']);
      expect([refused.code, refused.stderr.includes('other settings')]).toEqual([1, true]);
      expect((await readdir(folder)).sort()).toEqual(['me.head.training', 'photos']);
      expect(new Uint8Array(await readFile(`${output}.training`))).toEqual(state);
      const { code } = await run(set, output, ['--resume', '--no-sheet']);
      expect(code).toBe(0);
      expect((await readdir(folder)).sort()).toEqual(['me.head', 'photos']);
    }));

  test('Ctrl-C inside a stage tells what is kept, and --resume goes on from there', () =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 1);
      const output = join(folder, 'me.head');
      const options = [
        '--base',
        base,
        '-o',
        output,
        '--backend',
        'cpu',
        '--size',
        '32',
        '--effort',
        'good',
        '--steps',
        '3',
      ];
      const stopped = await personalizedHead(['personalize', set, ...options], { file: `${output}.training` });
      expect(stopped.code).toBe(130);
      expect(stopped.stderr).toMatch(
        /Stopped\. .*me\.head\.training holds what was done \((?:person|anchors) \d+\/\d+\)/,
      );
      expect((await readdir(folder)).sort()).toEqual(['me.head.training', 'photos']);
      const again = await personalizedHead(['personalize', set, ...options]);
      expect([again.code, again.stderr.includes('--resume')]).toEqual([1, true]);
      const { code } = await personalizedHead(['personalize', set, ...options, '--resume', '--no-sheet']);
      expect(code).toBe(0);
      expect((await readdir(folder)).sort()).toEqual(['me.head', 'photos']);
    }));

  test('Ctrl-C before anything was learned writes nothing and says so', () =>
    inFolder(async (folder) => {
      const set = join(folder, 'photos');
      await writeSet(set, 1);
      const { code, stderr } = await personalizedHead(
        ['personalize', set, '--base', base, '-o', join(folder, 'me.head'), '--backend', 'cpu', '--size', '32'],
        '1 photos, lora-1',
      );
      expect([code, stderr.includes('nothing yet to go on from')]).toEqual([130, true]);
      expect(await readdir(folder)).toEqual(['photos']);
    }));

  test.each([
    ['an unknown method', ['--method', 'magic'], /lora-1/],
    ['no steps', ['--steps', '0'], /steps/],
  ])('%s is refused', (_, more, message) =>
    inFolder(async (folder) => {
      const { code, stderr } = await run(folder, join(folder, 'me.head'), more);
      expect([code, message.test(stderr)]).toEqual([1, true]);
      expect(await readdir(folder)).toEqual([]);
    }),
  );
});
