import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { noteProxy } from '../../cli/commands/proxy.js';
import { bytesSource, readPerson } from '../../runtime/checkpoint/index.js';
import { encodePerson } from '../../runtime/checkpoint/person/person.js';
import { isBeside, ownProxyOf } from '../../runtime/proxy/ownProxy.js';
import { inFolder } from '../cli/command.js';
import { tinyPerson } from '../plugin/node/files.js';

test.each([
  ['me.proxy.safetensors', true],
  ['own/me.proxy.safetensors', true],
  ['my own…proxy', true],
  ['../me.proxy', false],
  ['own/../../me.proxy', false],
  ['/me.proxy', false],
  ['//elsewhere/me.proxy', false],
  ['https://elsewhere/me.proxy', false],
  ['own\\me.proxy', false],
  ['me.proxy?x', false],
  ['', false],
])('a file’s neighbour, and no other, is followed: %s', (path, followed) => {
  expect(isBeside(path)).toBe(followed);
  expect(ownProxyOf({ metadata: new Map([['proxy', path]]) })).toBe(followed ? path : undefined);
});

test('a person’s file is told where their mesh is, and stays the same otherwise', async () => {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await inFolder(async (folder) => {
    const path = join(folder, 'me.head');
    await writeFile(path, encodePerson(tinyPerson()));
    const person = await readPerson(bytesSource(await readFile(path)));
    await noteProxy(path, person, join(folder, 'own', 'me.proxy.safetensors'));
    const told = await readPerson(bytesSource(await readFile(path)));
    expect(ownProxyOf(told)).toBe('own/me.proxy.safetensors');
    expect(told.tensors).toEqual(person.tensors);
    // Told again, it is told anew; what it cannot follow it is not told.
    await noteProxy(path, told, join(folder, 'me.proxy'));
    expect(ownProxyOf(await readPerson(bytesSource(await readFile(path))))).toBe('me.proxy');
    await copyFile(path, join(folder, 'before'));
    await noteProxy(path, told, join(folder, '..', 'me.proxy'));
    expect(await readFile(path)).toEqual(await readFile(join(folder, 'before')));
    expect(said).toHaveBeenLastCalledWith(expect.stringContaining('proxyUrl'));
  });
  said.mockRestore();
});
