import { describe, expect, test } from '@jest/globals';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PersonRun } from '../../cli/output/personRun.js';
import { requireFilmOutput, requireOutputFile, requireOutputFolder } from '../../cli/output/outputPath.js';
import { goldenFile, inFolder, personalizedHead } from './command.js';

const base = goldenFile('tiny-network.pkl');

describe('where a command writes is checked before it works', () => {
  test.each([
    ['another ending', 'x.jpg', 'output/kind', /x\.jpg: expected a name that ends in \.png, got \.jpg\./],
    ['no ending', 'x', 'output/kind', /got none/],
    ['a folder that is there', 'old.png', 'output/folder', /got a folder/],
    ['a folder that is not there', join('no', 'x.png'), 'output/folder', /there is no folder .*no\. Create it/],
    ['a folder that is a file', join('file', 'x.png'), 'output/folder', /there is no folder/],
  ])('a file: %s', (_, name, code, message) =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'old.png'));
      await writeFile(join(folder, 'file'), '');
      await expect(requireOutputFile(join(folder, name), '.png')).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
      await expect(requireOutputFile(join(folder, 'X.PNG'), '.png')).resolves.toBeUndefined();
    }),
  );

  test('a folder may be new, but not below a file', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      await expect(requireOutputFolder(join(folder, 'a', 'b'))).resolves.toBeUndefined();
      await expect(requireOutputFolder(folder)).resolves.toBeUndefined();
      await expect(requireOutputFolder(join(folder, 'file', 'a'))).rejects.toMatchObject({ code: 'output/folder' });
      await expect(requireFilmOutput(join(folder, 'file', 'a/'))).rejects.toMatchObject({ code: 'output/folder' });
      await expect(requireFilmOutput(join(folder, 'no', 'a.apng'))).rejects.toMatchObject({ code: 'output/folder' });
    }));

  test.each([
    [['render', base, '-o', 'x.jpg'], /x\.jpg: expected a name that ends in \.png/],
    [['render', base, '-o', 'x.png', '--size', '1e9'], /from 1 to 8192/],
    [['render', base, '--dump', 'file/x'], /expected a folder, got the file/],
    [['proxy', base, '-o', 'no/x.safetensors'], /there is no folder/],
    [['import', base, '-o', 'x.pkl'], /\.safetensors/],
    [['personalize', '.', '--base', base, '-o', 'no/me.head'], /there is no folder/],
    [['personalize', '.', '--base', base, '-o', 'me.png'], /\.head/],
    [['sample', 'me.head', '--base', base, '-o', 'no/x.png'], /there is no folder/],
    [['interpolate', 'me.head', '--base', base, '-o', 'x.gif'], /\.apng/],
    [['edit', 'me.head', 'smile=1', '--base', base, '--anchor', '0', '-o', 'no/x.png'], /there is no folder/],
    [['photos', '.', '-o', 'file/x'], /expected a folder, got the file/],
    [['directions', base, '-o', 'no/x.json'], /there is no folder/],
    [['track', '.', '-o', 'x.json', '--fps', '0'], /a number above 0/],
    [['evaluate', '.', '--base', base, '-o', 'file/x'], /expected a folder, got the file/],
  ])('%j', (args, message) =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const { code, stderr } = await personalizedHead(args, undefined, folder);
      expect([code, stderr.includes('    at ')]).toEqual([1, false]);
      expect(stderr).toMatch(message);
      expect(await readdir(folder)).toEqual(['file']);
    }),
  );

  test('damaged files are named', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'me.head'), 'junk!');
      const junk = await personalizedHead(['render', base, '--person', 'me.head', '-o', 'x.png'], undefined, folder);
      expect(junk.stderr).toMatch(/me\.head: .*got a file of 5 bytes/);
      const header = '{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}';
      const length = new Uint8Array(8);
      length[0] = header.length;
      await writeFile(join(folder, 'cut.safetensors'), Buffer.concat([length, Buffer.from(header)]));
      const cut = await personalizedHead(['render', 'cut.safetensors', '-o', 'x.png'], undefined, folder);
      expect([cut.code, cut.stderr.includes('cut.safetensors: ')]).toEqual([1, true]);
    }));
});

describe('a run that learns a person replaces nothing unasked', () => {
  const exists = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );

  test('neither a head nor the state of another run', () =>
    inFolder(async (folder) => {
      const output = join(folder, 'me.head');
      await writeFile(output, 'older');
      await expect(PersonRun.open({ output })).rejects.toMatchObject({
        code: 'personalize/output',
        message: expect.stringContaining('--force'),
      });
      await writeFile(`${output}.training`, 'state');
      await expect(PersonRun.open({ output })).rejects.toMatchObject({
        code: 'personalize/state',
        message: expect.stringMatching(/--resume.*--force/),
      });
      await expect(PersonRun.open({ output, force: true })).resolves.toBeDefined();
      await expect(PersonRun.open({ output, resume: true })).resolves.toBeDefined();
    }));

  test('what is left is told as it is', () =>
    inFolder(async (folder) => {
      const output = join(folder, 'me.head');
      const run = await PersonRun.open({ output, sheet: true });
      expect([run.sheetPath, run.left()]).toEqual([
        `${output}.png`,
        expect.stringContaining('nothing yet to go on from'),
      ]);
      await run.keep(new Uint8Array(3), 'person 57/200');
      expect(run.left()).toMatch(/me\.head\.training holds what was done \(person 57\/200\)\. .*--resume/);
      const resumed = await PersonRun.open({ output, sheet: false, resume: true });
      expect([resumed.sheetPath, resumed.left()]).toEqual([null, expect.stringContaining('as it was')]);
      await resumed.finish();
      expect(await exists(run.statePath)).toBe(false);
    }));
});
