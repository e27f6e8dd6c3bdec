import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOfToken } from '../../service/door/accounts.js';
import { PeopleQueue } from '../../service/queue/peopleQueue.js';
import { malformedRequest } from './malformed.js';
import { keysWith, until } from './people.js';
import { Program } from './program.js';
import { RedisServer } from './redisServer.js';

const token = 'studio-token';
let server: RedisServer;
let queue: PeopleQueue;
let folder: string;
let photo: Buffer;
let door: Program;
let port: number;

beforeAll(async () => {
  server = await RedisServer.start();
  queue = new PeopleQueue(server.url);
  folder = await mkdtemp(join(tmpdir(), 'load-'));
  await mkdir(join(folder, 'spool'));
  const account = { tenant: 'studio', sha256: hashOfToken(token), daily: 100_000, operator: true };
  await writeFile(join(folder, 'tokens.json'), JSON.stringify([account]));
  photo = await readFile('test/personalize/photos/raw/people/A/00.jpg');
  const places = ['--store', join(folder, 'store'), '--spool', join(folder, 'spool')];
  const accounts = ['--tokens', join(folder, 'tokens.json'), '--rate', '1000000'];
  const limits = ['--photos', '3', '--uploads', '200'];
  door = new Program(['serve', '--queue', server.url, '--port', '0', ...places, ...accounts, ...limits]);
  port = Number(await door.says(/^http:\/\/127\.0\.0\.1:(\d+)$/m));
});

afterAll(async () => {
  expect(await door.end()).toBe(0);
  await queue.close();
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends the parts over a connection, each when the one before has come to its turn, and reads one answer. */
async function exchange(...parts: readonly (Buffer | (() => Promise<unknown>))[]): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  const answer = new Promise<Answer>((done, fail) => {
    const chunks: Buffer[] = [];
    const look = (isLast: boolean): void => {
      const text = Buffer.concat(chunks).toString();
      const [head, body] = text.split(/\r\n\r\n(.*)/s);
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head!)?.[1]);
      const length = Number(/^content-length: (\d+)/im.exec(head!)?.[1]);
      if (body === undefined || (!isLast && !(Buffer.byteLength(body) >= length))) {
        if (isLast) fail(new Error(`no answer: ${text}`));
        return;
      }
      done({ status, head: head!, body });
      socket.destroy();
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      look(false);
    });
    socket.on('close', () => look(true));
    socket.on('error', fail);
  });
  const send = async (): Promise<void> => {
    for (const part of parts) {
      if (typeof part === 'function') await part();
      else await new Promise<void>((done, fail) => socket.write(part, (error) => (error ? fail(error) : done())));
    }
  };
  await Promise.race([answer, send()]);
  return answer;
}

const filesBelow = async (name: string): Promise<string[]> =>
  (await readdir(join(folder, name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

test('malformed requests are refused, each as its sender’s fault and with a reason, and nothing of them is kept', async () => {
  // By hand 10 000: see docs/service.md.
  const count = Number(process.env.MALFORMED ?? 800);
  const others: unknown[] = [];
  const statuses = new Map<string, Map<number, number>>();
  let next = 0;
  const sendNext = async (): Promise<void> => {
    while (next < count) {
      const n = next++;
      const { kind, bytes } = malformedRequest(n, { photo, token });
      const { status, body } = await exchange(bytes);
      let said: { code?: unknown; message?: unknown } = {};
      try {
        said = JSON.parse(body) as typeof said;
      } catch {
        // It is listed below.
      }
      const isClear = typeof said.code === 'string' && typeof said.message === 'string';
      if (status < 400 || status >= 500 || !isClear) others.push([n, kind, status, body]);
      const ofKind = statuses.get(kind) ?? new Map<number, number>();
      statuses.set(kind, ofKind.set(status, (ofKind.get(status) ?? 0) + 1));
    }
  };
  await Promise.all(Array.from({ length: 16 }, sendNext));
  expect(others.slice(0, 5)).toEqual([]);
  expect(statuses.size).toBeGreaterThanOrEqual(16);
  expect([await filesBelow('store'), await filesBelow('spool')]).toEqual([[], []]);
  expect(await queue.queue.getJobCountByTypes('waiting', 'prioritized', 'delayed', 'failed')).toBe(0);
  // A sender who is gone is noticed a moment later.
  await until('places to be free', async () => (await keysWith(queue, 'tenant:studio:people')).length === 0);
  expect(door.text).not.toContain('service/internal');
});

test('two hundred uploads are held at once in bounded memory, and the next is told to wait', async () => {
  const metric = async (name: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const before = await metric('process_resident_memory_bytes');
  const size = 2 * 2 ** 20;
  const start = Buffer.from(
    '--x\r\ncontent-disposition: form-data; name="photos"; filename="a"\r\ncontent-type: image/jpeg\r\n\r\n',
  );
  const body = Buffer.concat([start, photo, Buffer.alloc(size - photo.length), Buffer.from('\r\n--x--\r\n')]);
  const head = Buffer.from(
    `POST /people HTTP/1.1\r\nhost: door\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: multipart/form-data; boundary=x\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  const cut = body.length - 1000;
  let release = (): void => undefined;
  const released = new Promise<void>((done) => (release = done));
  const uploads = Array.from({ length: 200 }, () =>
    exchange(head, body.subarray(0, cut), () => released, body.subarray(cut)),
  );
  await until('all to be held', async () => (await metric('personalized_head_uploads')) === 200);
  await until('their bytes to lie on the disk', async () => {
    const files = await readdir(join(folder, 'spool'), { recursive: true, withFileTypes: true });
    return files.filter((entry) => entry.isFile()).length === 200;
  });
  const late = await exchange(head, body);
  expect([late.status, /^retry-after: (\d+)/im.exec(late.head)?.[1]]).toEqual([503, '10']);
  const held = await metric('process_resident_memory_bytes');
  release();
  const answers = await Promise.all(uploads);
  expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
  const after = await metric('process_resident_memory_bytes');
  // 400 MiB of photos came: half a MiB of each may be in memory.
  expect(Math.max(held, after) - before).toBeLessThan(300 * 2 ** 20);
  expect((await filesBelow('store')).filter((name) => name === 'record.json')).toHaveLength(200);
  expect(await filesBelow('spool')).toEqual([]);
  expect((await exchange(head, body)).status).toBe(201);
});
