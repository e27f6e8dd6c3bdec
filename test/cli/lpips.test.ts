import { expect, test } from '@jest/globals';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenFile, inFolder, personalizedHead } from './command.js';

/** A base is a safetensors file too, and no network of this kind. */
const noNetwork = goldenFile('tiny-g_ema.safetensors');

test.each([
  ['a file that is not there', ['--lpips', 'nowhere.safetensors'], /nowhere\.safetensors/],
  ['a file of other tensors', ['--lpips', noNetwork], /features\.0\.weight: expected .* got none\. .*docs\/losses\.md/],
  ['a weight without a network', ['--lpips-weight', '1'], /expected --lpips with a network, got none/],
  ['a weight that is none', ['--identity', 'much'], /Expected a number of at least 0/],
])('personalize refuses %s before it begins', (_, options, message) =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'dataset.json'), '{"labels": []}');
    const output = join(folder, 'me.head');
    const { code, stderr } = await personalizedHead(['personalize', folder, '-o', output, ...options]);
    expect([code, message.test(stderr), stderr]).toEqual([1, true, stderr]);
    expect(await readdir(folder)).toEqual(['dataset.json']);
  }),
);
