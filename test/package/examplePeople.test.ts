import { expect, test } from '@jest/globals';
import { readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { readBase, readPerson } from '../../runtime/checkpoint/index.js';

const folder = resolve('assets/people');

test('every example person fits the embedded base, is small and looks like somebody', async () => {
  const names = await readdir(folder);
  expect(names.length).toBeGreaterThan(0);
  const baseFile = await fileSource(resolve('assets/base.safetensors'));
  const base = await readBase(baseFile);
  for (const name of names) {
    const path = resolve(folder, name);
    expect((await stat(path)).size).toBeLessThan(500_000);
    const file = await fileSource(path);
    const person = await readPerson(file, base);
    expect([person.rank, person.baseHash]).toEqual([1, base.hash]);
    expect(person.tensors.get('anchors')!.dims[0]).toBeGreaterThan(30);
    // A second factor starts at zero: it says that something was learned.
    const second = [...person.tensors].filter(([key]) => key.endsWith('lora_B'));
    expect(second.length).toBeGreaterThan(0);
    expect(second.every(([, { data }]) => data.some((value) => value !== 0))).toBe(true);
    await file.close();
  }
  await baseFile.close();
});
