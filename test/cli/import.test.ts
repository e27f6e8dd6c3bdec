import { describe, expect, test } from '@jest/globals';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { readBase } from '../../runtime/checkpoint/index.js';
import { goldenFile, inFolder, personalizedHead } from './command.js';

const pickle = goldenFile('tiny-network.pkl');

describe('personalized-head import', () => {
  test('turns a network pickle into a base with the same weights and configuration', () =>
    inFolder(async (folder) => {
      const output = join(folder, 'base.safetensors');
      const { code, stdout } = await personalizedHead(['import', pickle, '-o', output]);
      expect(code).toBe(0);
      expect(stdout).toContain('MiB');
      const [source, original] = [await fileSource(output), await fileSource(pickle)];
      const [base, expected] = [await readBase(source, { verify: true }), await readBase(original)];
      await Promise.all([source.close(), original.close()]);
      expect(base.hash).toBe(expected.hash);
      expect(base.config).toEqual(expected.config);
      for (const [name, { data }] of expected.tensors) expect(base.tensors.get(name)?.data).toEqual(data);
    }));

  test('halves the size with --half', () =>
    inFolder(async (folder) => {
      const [full, half] = [join(folder, 'full.safetensors'), join(folder, 'half.safetensors')];
      await personalizedHead(['import', pickle, '-o', full]);
      await personalizedHead(['import', pickle, '-o', half, '--half']);
      const sizes = await Promise.all([full, half].map(async (path) => (await readFile(path)).length));
      expect(sizes[1]! / sizes[0]!).toBeLessThan(0.55);
    }));

  test.each([
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['an empty file', Buffer.alloc(0)],
  ])('refuses %s and leaves no file', (_, bytes) =>
    inFolder(async (folder) => {
      const input = join(folder, 'network.pkl');
      await writeFile(input, bytes);
      const { code, stderr } = await personalizedHead(['import', input, '-o', join(folder, 'base.safetensors')]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^personalized-head: /m);
      expect(stderr).not.toContain('    at ');
      expect(await readdir(folder)).toEqual(['network.pkl']);
    }),
  );

  test('names the place where a truncated pickle ends, and leaves no file', () =>
    inFolder(async (folder) => {
      const input = join(folder, 'network.pkl');
      await writeFile(input, (await readFile(pickle)).subarray(0, 900_000));
      const { code, stderr } = await personalizedHead(['import', input, '-o', join(folder, 'base.safetensors')]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/900000|offset|byte/);
      expect(await readdir(folder)).toEqual(['network.pkl']);
    }));

  test('asks for --config where a file has none', () =>
    inFolder(async (folder) => {
      const output = join(folder, 'base.safetensors');
      const { code, stderr } = await personalizedHead(['import', goldenFile('tiny-g_ema.safetensors'), '-o', output]);
      expect(code).toBe(1);
      expect(stderr).toContain('--config');
    }));

  test('--help shows an example', async () => {
    const { stdout } = await personalizedHead(['import', '--help']);
    expect(stdout).toContain('Example:');
  });
});
