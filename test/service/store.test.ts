import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { contentTypeOf, isPersonId, newPersonId, personPrefix } from '../../service/store/keys.js';
import { openStore } from '../../service/store/openStore.js';
import { readWhole, removeAll, type Store } from '../../service/store/store.js';
import { freePort } from './redisServer.js';

let folder: string;
let s3: ChildProcess;
let s3Port: number;
const stores = new Map<string, Store>();

/** s3rver, an S3 server for tests, as a process of its own. */
async function startS3(): Promise<void> {
  const require = createRequire(resolve('service/package.json'));
  s3Port = await freePort();
  const main = require.resolve('s3rver/bin/s3rver.js');
  const options = ['-d', join(folder, 's3'), '-p', String(s3Port), '-a', '127.0.0.1', '--configure-bucket', 'heads'];
  await mkdir(join(folder, 's3'));
  s3 = spawn(process.execPath, [main, ...options], { stdio: 'ignore' });
  for (let i = 0; i < 200; i++) {
    if (
      await fetch(`http://127.0.0.1:${s3Port}/`).then(
        () => true,
        () => false,
      )
    )
      return;
    await wait(50);
  }
  throw new Error('s3rver does not answer.');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
  await startS3();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' });
  stores.set('a folder', await openStore(join(folder, 'people')));
  stores.set('S3', await openStore(`s3://heads/some/where?region=us-east-1&endpoint=http://127.0.0.1:${s3Port}`));
});

afterAll(async () => {
  for (const store of stores.values()) store.close();
  s3.kill();
  await rm(folder, { recursive: true, force: true });
});

const names = async (store: Store, prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key.slice(prefix.length));
  return found.sort();
};

describe.each(['a folder', 'S3'])('%s', (kind) => {
  const store = (): Store => stores.get(kind)!;

  test('keeps bytes and files, lists them by person, and removes them', async () => {
    await store().check();
    const [mine, other] = [personPrefix(newPersonId()), personPrefix(newPersonId())];
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
    const file = join(folder, `${kind}.bin`);
    await writeFile(file, bytes);
    await store().put(`${mine}photos/000.jpg`, { file, size: bytes.length });
    await store().put(`${mine}record.json`, new TextEncoder().encode('{"a": 1}'));
    await store().put(`${other}record.json`, new Uint8Array());
    expect(Buffer.compare((await readWhole(store(), `${mine}photos/000.jpg`))!, bytes)).toBe(0);
    const opened = (await store().open(`${mine}record.json`))!;
    expect([opened.type, opened.size]).toEqual(['application/json', 8]);
    opened.body.destroy();
    expect(await names(store(), mine)).toEqual(['photos/000.jpg', 'record.json']);
    // Written over: the newer one is there.
    await store().put(`${mine}record.json`, Uint8Array.of(1));
    expect(await readWhole(store(), `${mine}record.json`)).toEqual(Uint8Array.of(1));
    await removeAll(store(), mine);
    expect(await names(store(), mine)).toEqual([]);
    expect(await readWhole(store(), `${mine}record.json`)).toBeNull();
    expect(await names(store(), other)).toEqual(['record.json']);
    await store().remove([`${mine}record.json`, `${other}record.json`]);
    expect(await names(store(), 'people/')).toEqual([]);
  });

  test.each([
    ['a path upwards', (id: string) => `people/${id}/../../../etc/passwd.json`],
    ['another root', (id: string) => `photos/${id}/a.json`],
    ['an absolute path', () => '/etc/passwd.json'],
    ['a short id', () => 'people/abc/record.json'],
    ['an unknown ending', (id: string) => `people/${id}/a.html`],
    ['an ending of Object', (id: string) => `people/${id}/a.constructor`],
    ['a hidden name', (id: string) => `people/${id}/.a.json`],
    ['a null byte', (id: string) => `people/${id}/a\0.json`],
    ['a backslash', (id: string) => `people/${id}/a\\b.json`],
    ['a line end', (id: string) => `people/${id}/a.json\n`],
  ])('refuses %s as a key', async (_, keyOf) => {
    const key = keyOf(newPersonId());
    expect(() => contentTypeOf(key)).toThrow(/expected a key/);
    await expect(store().put(key, Uint8Array.of(1))).rejects.toThrow(/expected a key/);
    await expect(store().open(key)).rejects.toThrow(/expected a key/);
    await expect(store().remove([key])).rejects.toThrow(/expected a key/);
  });
});

test('an object that S3 holds as another type is not handed out', async () => {
  const key = `${personPrefix(newPersonId())}preview.png`;
  const store = stores.get('S3')!;
  await store.put(key, Uint8Array.of(1, 2, 3));
  // As whoever may write the bucket could.
  const meta = (await readdir(join(folder, 's3/heads'), { recursive: true })).find((name) =>
    name.endsWith('preview.png._S3rver_metadata.json'),
  )!;
  await writeFile(join(folder, 's3/heads', meta), JSON.stringify({ 'content-type': 'text/html' }));
  await expect(store.open(key)).rejects.toThrow(/expected image\/png, got text\/html/);
});

test('ids are of 128 random bits', () => {
  const ids = new Set(Array.from({ length: 1000 }, newPersonId));
  expect(ids.size).toBe(1000);
  expect([...ids].every(isPersonId)).toBe(true);
});

test('a file that is being written is not listed, nor a stranger among the people', async () => {
  const store = stores.get('a folder')!;
  const id = newPersonId();
  await store.put(`people/${id}/record.json`, Uint8Array.of(1));
  await writeFile(join(folder, 'people/people', id, '.writing-0123'), 'half');
  await mkdir(join(folder, 'people/people/lost+found'), { recursive: true });
  await writeFile(join(folder, 'people/people/lost+found/x'), '');
  await symlink('/etc', join(folder, 'people/people/link'));
  expect(await names(store, 'people/')).toEqual([`${id}/record.json`]);
  await removeAll(store, personPrefix(id));
});

test('another kind of place is refused', async () => {
  await expect(openStore('ftp://host/people')).rejects.toThrow(/expected a folder or s3:\/\/bucket, got ftp:\/\//);
});
