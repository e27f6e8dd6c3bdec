import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { proxyBeside } from '../../runtime/checkpoint/base/besideBase.node.js';
import { loadBase, loadPerson } from '../../cli/files.js';
import type { Base } from '../../runtime/checkpoint/index.js';

let folder: string;
let base: Base;
const never = new AbortController().signal;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  base = await loadBase('assets/base.safetensors', never);
});
afterAll(() => rm(folder, { recursive: true }));

test('one flipped bit of a base is noticed, and the file named', async () => {
  const bytes = await readFile('assets/base.safetensors');
  bytes[bytes.length - 2]! ^= 1;
  await writeFile(at('flipped.safetensors'), bytes);
  const loading = loadBase(at('flipped.safetensors'), never);
  await expect(loading).rejects.toMatchObject({ code: 'asset/hash' });
  await expect(loading).rejects.toThrow(`${at('flipped.safetensors')}: base: expected weights of hash ${base.hash}`);
});

test.each([
  ['five.head', 'abcde', 'got a file of 5 bytes. Choose a .head file.'],
  ['empty.head', '', 'got an empty file. Choose a .head file.'],
  ['text.head', 'Dear diary, today', 'got another kind. Choose a .head file.'],
])('what is no head is told by name: %s', async (name, text, message) => {
  await writeFile(at(name), text);
  await expect(loadPerson(at(name), base)).rejects.toThrow(
    `${at(name)}: person: expected a .head file (safetensors), ${message}`,
  );
});

test('so is the mesh beside a base', async () => {
  await writeFile(at('b.proxy.safetensors'), 'Dear diary, today');
  await expect(proxyBeside(at('b.safetensors'), base)).rejects.toThrow(`${at('b.proxy.safetensors')}: proxy: expected`);
});
