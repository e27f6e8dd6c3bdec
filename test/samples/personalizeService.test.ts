import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson } from '../../runtime/checkpoint/person/person.js';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { tinyBase } from '../network/tinyBase.js';
import { Program } from '../service/program.js';
import { RedisServer } from '../service/redisServer.js';

const token = 'page-token';
let folder: string;
let server: RedisServer;
let door: Program;
let worker: Program;
let sample: TestPage;

const state = (wanted: string): Promise<unknown> => sample.page.waitForSelector(`body[data-state=${wanted}]`);

const kept = async (): Promise<string[]> =>
  (await readdir(join(folder, 'store'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-service-'));
  const site = await serve(await buildSamples());
  server = await RedisServer.start();
  const account = { tenant: 'page', sha256: createHash('sha256').update(token).digest('hex') };
  await writeFile(join(folder, 'tokens.json'), JSON.stringify([account]));
  const store = join(folder, 'store');
  const accounts = ['--tokens', join(folder, 'tokens.json'), '--origin', new URL(site).origin];
  door = new Program(['serve', '--queue', server.url, '--store', store, '--port', '0', ...accounts]);
  const address = await door.says(/^(http:\/\/127\.0\.0\.1:\d+)$/m);
  const steps = JSON.stringify({ person: 4, shared: 0, photo: 2, training: 8 });
  worker = new Program([server.url, store, steps, '60'], 'test/service/workProgram.mjs');
  sample = await openPage(`${site}personalize.html?service=${encodeURIComponent(address)}&size=64&samples=8`);
  await sample.page.setViewportSize({ width: 390, height: 844 });
}, buildTimeout);

afterAll(async () => {
  await sample.page.close();
  expect([await worker.end(), await door.end()]).toEqual([0, 0]);
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

test('a service makes the head of photos that the page sends, and keeps nothing of it afterwards', async () => {
  const { page, screenshot } = sample;
  expect(await page.isVisible('#local')).toBe(false);
  expect(await page.textContent('#remote strong')).toMatch(/^Your photos are sent to 127\.0\.0\.1:\d+$/);
  const photos = [0, 1, 2].map((i) => `test/personalize/photos/raw/people/A/0${i}.jpg`);
  await page.setInputFiles('#files', photos);
  await state('ready');
  expect(await page.textContent('#count')).toBe('3 photos will be sent');
  expect(await kept()).toEqual([]);
  await page.click('#start');
  await page.waitForSelector('#error:not([hidden])');
  expect(await page.textContent('#error')).toContain('does not know this token');

  await page.fill('#token input', token);
  await page.locator('#token').scrollIntoViewIfNeeded();
  await screenshot('personalize-service');
  const download = page.waitForSelector('#download:not([hidden])');
  await page.click('#start');
  await state('running');
  await download;
  expect(await page.textContent('#count')).toBe('2 photos were learned from');
  expect(await page.locator('#problems li').allTextContents()).toEqual([expect.stringMatching(/^0\d\.jpg: .{10,}/)]);
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  const { tensors } = await readPerson(
    bytesSource(new Uint8Array(await readFile(await saved.path()))),
    await tinyBase(),
  );
  expect(tensors.get('anchors')!.dims[1]).toBe(1);
  expect(await kept()).toEqual([]);
  expect(await page.textContent('#status')).toContain('removed from the service');
});

test('who stops the page has nothing left at the service', async () => {
  const { page } = sample;
  await page.click('#start');
  await page.waitForFunction(() => document.getElementById('status')!.textContent.includes('service'));
  await page.click('#cancel');
  await state('ready');
  expect(await page.textContent('#status')).toBe('Stopped.');
  expect(await kept()).toEqual([]);
});
