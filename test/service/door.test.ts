import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Accounts } from '../../service/door/accounts.js';
import { Metrics } from '../../service/door/metrics.js';
import { openDoor } from '../../service/door/openDoor.js';
import { defaultLimits } from '../../service/door/spoolPhoto.js';
import type { PersonView } from '../../service/door/view.js';
import { Watching } from '../../service/door/watching.js';
import { PeopleQueue } from '../../service/queue/peopleQueue.js';
import { FolderStore } from '../../service/store/folderStore.js';
import { PeopleWorker } from '../../service/worker/peopleWorker.js';
import { addPerson, keysWith, quickSteps, until } from './people.js';
import { RedisServer } from './redisServer.js';

const tokens = { studio: 'studio-token', other: 'other-token', small: 'small-token', operator: 'operator-token' };
const accounts = Accounts.parse(
  JSON.stringify(
    Object.entries(tokens).map(([tenant, token]) => ({
      tenant,
      sha256: createHash('sha256').update(token).digest('hex'),
      ...(tenant === 'small' ? { people: 1 } : {}),
      operator: tenant === 'operator',
    })),
  ),
  'tokens.json',
);
/** A name that must turn up nowhere. */
const secretName = 'anna-schmidt.jpg';

let server: RedisServer;
let folder: string;
let photo: Uint8Array;
let store: FolderStore;
let queue: PeopleQueue;
let watching: Watching;
let app: FastifyInstance;
let address: string;
let log: string;

beforeAll(async () => {
  server = await RedisServer.start();
  folder = await mkdtemp(join(tmpdir(), 'door-'));
  photo = new Uint8Array(await readFile('test/personalize/photos/raw/people/A/00.jpg'));
});

afterAll(async () => {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  store = new FolderStore(join(folder, 'store'));
  await store.check();
  queue = new PeopleQueue(server.url, { isImpatient: true });
  await queue.redis.flushall();
  watching = new Watching(server.url);
  log = '';
  const sink = new PassThrough();
  sink.on('data', (text: Buffer) => (log += text.toString()));
  const spool = await mkdtemp(join(tmpdir(), 'door-spool-'));
  app = await openDoor(
    {
      ...{ queue, store, watching, accounts, spool },
      metrics: new Metrics(queue),
      limits: { ...defaultLimits, photos: 3, bytes: 200_000, totalBytes: 400_000, pixels: 1e6 },
      uploads: 2,
    },
    { origins: ['https://heads.example'], rate: 200, log: sink, trustProxy: false },
  );
  app.addHook('onClose', () => rm(spool, { recursive: true }));
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  await app.close();
  await watching.close();
  await queue.close();
});

const by = (tenant: keyof typeof tokens): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${tokens[tenant]}` },
});

function form(
  photos: readonly Uint8Array[] = [photo],
  fields: Readonly<Record<string, string>> = {},
  type = 'image/jpeg',
) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const bytes of photos) data.append('photos', new Blob([new Uint8Array(bytes)], { type }), secretName);
  return data;
}

const send = (body: BodyInit, tenant: keyof typeof tokens = 'studio', path = '/people'): Promise<Response> =>
  fetch(`${address}${path}`, { method: 'POST', body, ...by(tenant) });

const get = (path: string, tenant: keyof typeof tokens = 'studio'): Promise<Response> =>
  fetch(`${address}${path}`, by(tenant));

async function post(photos?: readonly Uint8Array[], fields?: Readonly<Record<string, string>>): Promise<PersonView> {
  const answer = await send(form(photos, fields));
  expect(answer.status).toBe(201);
  return (await answer.json()) as PersonView;
}

const filesKept = async (): Promise<string[]> =>
  (await readdir(join(folder, 'store'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** The code of a refusal, with a status and a message. */
async function refusal(answer: Response): Promise<[number, string]> {
  const { code, message } = (await answer.json()) as { code: string; message: string };
  expect(message.length).toBeGreaterThan(10);
  return [answer.status, code];
}

async function worked(id: string): Promise<void> {
  const patient = new PeopleQueue(server.url);
  const worker = new PeopleWorker({ queue: patient, store, steps: quickSteps });
  await until('the head', async () => ((await (await get(`/people/${id}`)).json()) as PersonView).state === 'done');
  await worker.stop();
  await patient.close();
}

describe('a person', () => {
  test('is sent, looked at, fetched and deleted; no trace is left in store, queue or log', async () => {
    const answer = await send(form([photo, photo], { effort: 'good', seed: 'x' }));
    const view = (await answer.json()) as PersonView;
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/people/${view.id}`]);
    expect(view).toMatchObject({ state: 'waiting', step: 'prepare', head: false });
    expect(view.photos).toEqual([0, 1].map(() => ({ kept: null, reasons: [] })));
    expect((await filesKept()).sort()).toEqual(['000.jpg', '001.jpg', 'record.json']);
    expect((await get(`/people/${view.id}/head`)).status).toBe(404);
    await worked(view.id);
    const head = await get(`/people/${view.id}/head`);
    expect([head.headers.get('content-type'), await head.text()]).toEqual([
      'application/octet-stream',
      `head of ${view.id}`,
    ]);
    expect((await get(`/people/${view.id}/preview`)).headers.get('content-type')).toBe('image/png');
    expect((await get(`/people/${view.id}/mesh`)).status).toBe(404);
    expect((await fetch(`${address}/people/${view.id}`, { method: 'DELETE', ...by('studio') })).status).toBe(204);
    expect((await get(`/people/${view.id}`)).status).toBe(404);
    expect(await filesKept()).toEqual([]);
    // The mark for workers stays a day; see docs/service.md.
    expect(await keysWith(queue, view.id)).toEqual([`{people}:deleted:${view.id}`]);
    expect(log).toContain('"route":"/people/:id/head"');
    for (const told of [view.id, secretName, tokens.studio, photo.slice(0, 8).toString()]) {
      expect(log).not.toContain(told);
    }
  });

  test('of one token does not exist for another, nor is there a way to any other file', async () => {
    const { id } = await post();
    const paths = ['', '/events', '/head', '/preview', '/mesh'].map((path) => `/people/${id}${path}`);
    for (const path of paths) expect(await refusal(await get(path, 'other'))).toEqual([404, 'service/not-found']);
    expect((await fetch(`${address}/people/${id}`, { method: 'DELETE', ...by('other') })).status).toBe(404);
    expect((await send('', 'other', `/people/${id}/retry`)).status).toBe(404);
    expect((await get(`/people/${id}`)).status).toBe(200);
    for (const bad of [
      '../../../etc/passwd',
      '..%2f..%2f..%2fetc%2fpasswd',
      `${id}%2f..%2f${id}`,
      `${id}%00`,
      `${id.slice(0, 21)}*`,
      `${id} `,
      '__proto__',
      'constructor',
      '%7Bpeople%7D:queue:meta',
      `${id}.prepare`,
      'a'.repeat(5000),
    ]) {
      const answer = await fetch(`${address}/people/${bad}/head`, by('studio'));
      expect([bad, answer.status >= 400 && answer.status < 500]).toEqual([bad, true]);
    }
  });

  test('tells its standing as events until it is done', async () => {
    const { id } = await post();
    const watched = (await get(`/people/${id}/events`)).text();
    await worked(id);
    const text = await watched;
    const states = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => (JSON.parse(json!) as PersonView).state);
    expect([states[0], states.at(-1)]).toEqual(['waiting', 'done']);
  });

  test('set aside says why, and can be tried again', async () => {
    const { id } = await post();
    const failing = { ...quickSteps, prepare: () => Promise.reject(new Error('secret of the machine')) };
    const patient = new PeopleQueue(server.url, { firstDelay: 1 });
    const first = new PeopleWorker({ queue: patient, store, steps: failing });
    const view = async (): Promise<PersonView> => (await (await get(`/people/${id}`)).json()) as PersonView;
    expect((await send('', 'studio', `/people/${id}/retry`)).status).toBe(409);
    // Without waiting for the pauses between attempts.
    await until('it to be set aside', async () => {
      for (const job of await queue.queue.getDelayed()) await job.promote();
      return (await view()).state === 'set-aside';
    });
    await first.stop();
    await patient.close();
    expect((await view()).failure).toMatchObject({ code: 'service/failed' });
    expect(JSON.stringify(await view())).not.toContain('secret');
    const aside = (await (await get('/set-aside', 'operator')).json()) as unknown[];
    expect(aside).toMatchObject([{ person: id, tenant: 'studio', step: 'prepare', reason: 'secret of the machine' }]);
    expect((await get('/set-aside')).status).toBe(403);
    expect((await send('', 'studio', `/people/${id}/retry`)).status).toBe(200);
    await worked(id);
  });
});

describe('a request is refused, and nothing of it is kept:', () => {
  const text = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"></svg>');
  const bomb = Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
    ...[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 2, 0, 0, 0, 0, 0, 0, 0],
  ]);
  const long = (): Uint8Array => Uint8Array.from({ length: 200_001 }, (_, i) => photo[i] ?? 0);

  test.each<[string, () => BodyInit, [number, string]]>([
    ['no form', () => 'hello', [415, 'service/form']],
    ['a form without photos', () => form([]), [400, 'service/photos']],
    ['what is no photo', () => form([photo, text]), [415, 'service/kind']],
    ['a photo called otherwise', () => form([photo], {}, 'image/png'), [415, 'service/content-type']],
    ['half a header', () => form([photo.slice(0, 20)]), [422, 'service/damaged']],
    ['four gigapixels', () => form([bomb], {}, 'image/png'), [413, 'service/pixels']],
    ['a photo of too many bytes', () => form([long()]), [413, 'service/bytes']],
    ['too many photos', () => form([photo, photo, photo, photo]), [413, 'service/count']],
    ['an unknown field', () => form([photo], { tenant: 'other' }), [400, 'service/field']],
    ['a field of Object', () => form([photo], { __proto__x: '1' }), [400, 'service/field']],
    ['an unknown effort', () => form([photo], { effort: 'best' }), [400, 'service/field']],
    ['a seed with a path', () => form([photo], { seed: '../x' }), [400, 'service/field']],
  ])('%s', async (_, body, expected) => {
    expect(await refusal(await send(body()))).toEqual(expected);
    expect(await filesKept()).toEqual([]);
    expect(await queue.queue.getJobCountByTypes('waiting', 'prioritized')).toBe(0);
    // Nor is it charged.
    expect((await keysWith(queue, 'tenant:studio:people')).length).toBe(0);
  });

  test('a form that ends too early, and one whose sender goes', async () => {
    const headers = { ...by('studio').headers, 'content-type': 'multipart/form-data; boundary=x' };
    const start =
      '--x\r\ncontent-disposition: form-data; name="photos"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n';
    const answer = await fetch(`${address}/people`, { method: 'POST', headers, body: `${start}abc` });
    expect(await refusal(answer)).toEqual([400, 'service/form']);
    const controller = new AbortController();
    const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(start)) });
    const request = { method: 'POST', headers, body, duplex: 'half', signal: controller.signal } as RequestInit;
    const going = fetch(`${address}/people`, request);
    setTimeout(() => controller.abort(), 200);
    await expect(going).rejects.toThrow();
    await until('the place to be free', async () => (await keysWith(queue, 'tenant:studio:people')).length === 0);
    expect(await filesKept()).toEqual([]);
  });

  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer studio-token2' }],
    ['another scheme', { authorization: `Basic ${tokens.studio}` }],
  ])('%s', async (_, headers) => {
    const answer = await fetch(`${address}/people`, { method: 'POST', body: form(), headers });
    expect([answer.headers.get('www-authenticate'), await refusal(answer)]).toEqual(['Bearer', [401, 'service/token']]);
    expect(await filesKept()).toEqual([]);
  });
});

describe('whoever asks for too much is told when to come again:', () => {
  test('people above the quota', async () => {
    expect((await send(form(), 'small')).status).toBe(201);
    const answer = await send(form(), 'small');
    expect([answer.headers.get('retry-after'), await refusal(answer)]).toEqual(['60', [429, 'service/people']]);
  });

  test('uploads above those that are held at once', async () => {
    const headers = { ...by('studio').headers, 'content-type': 'multipart/form-data; boundary=x' };
    const open = [0, 1].map(() => {
      const controller = new AbortController();
      const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('--x\r\n')) });
      const request = { method: 'POST', headers, body, duplex: 'half', signal: controller.signal } as RequestInit;
      fetch(`${address}/people`, request).catch(() => undefined);
      return controller;
    });
    let answer = new Response();
    await until('both to be held', async () => {
      answer = await send(form());
      if (answer.status === 503) return true;
      await answer.arrayBuffer();
      return false;
    });
    expect([answer.headers.get('retry-after'), await refusal(answer)]).toEqual(['10', [503, 'service/busy']]);
    for (const controller of open) controller.abort();
    await until('room', async () => (await send(form())).status === 201);
  });

  test('requests above the rate', async () => {
    const answers = await Promise.all(Array.from({ length: 210 }, () => get('/people/none', 'other')));
    const last = answers.find(({ status }) => status === 429)!;
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal(last)).toEqual([429, 'service/rate']);
    // Others are not held up by it.
    expect((await get('/people/none')).status).toBe(400);
  });
});

describe('the door', () => {
  test('describes itself as OpenAPI, tells its health, and counts for operators', async () => {
    const document = (await (await fetch(`${address}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/people',
        '/people/{id}',
        '/people/{id}/events',
        '/people/{id}/head',
        '/health',
        '/metrics',
      ]),
    );
    expect((await fetch(`${address}/health`)).status).toBe(200);
    await post();
    expect((await get('/metrics')).status).toBe(403);
    const metrics = await (await get('/metrics', 'operator')).text();
    expect(metrics).toContain('personalized_head_people_total{tenant="studio"} 1');
    expect(metrics).toContain('personalized_head_jobs{state="prioritized"} 1');
  });

  test('lets pages of its origins ask, and no others', async () => {
    const asked = async (origin: string): Promise<string | null> =>
      (await fetch(`${address}/health`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await asked('https://heads.example')).toBe('https://heads.example');
    expect(await asked('https://evil.example')).toBeNull();
  });

  test('says so while Redis is away', async () => {
    await addPerson(queue, store);
    await server.end();
    expect((await fetch(`${address}/health`)).status).toBe(503);
    await server.begin();
    await until('health', async () => (await fetch(`${address}/health`)).status === 200);
  });
});

test.each([
  ['no JSON', '{', /expected JSON/],
  ['no list', '{}', /expected a list/],
  ['a token in clear', '[{"tenant": "a", "sha256": "studio-token"}]', /account 1: expected sha256/],
  ['a tenant with a colon', `[{"tenant": "a:b", "sha256": "${'0'.repeat(64)}"}]`, /expected tenant/],
  ['a quota of half', `[{"tenant": "a", "sha256": "${'0'.repeat(64)}", "people": 0.5}]`, /expected people/],
])('accounts: %s is refused', (_, text, message) => {
  expect(() => Accounts.parse(text, 'tokens.json')).toThrow(message);
});
