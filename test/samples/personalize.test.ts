import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { blobSource, bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson, type PersonFile } from '../../runtime/checkpoint/person/person.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import { receiveError, sendError } from '../../runtime/core/sentError.js';
import { AssetError, DeviceError, HeadError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'test/personalize/evaluation/photos');
const names = ['a-frontal.jpg', 'a-side.jpg'];

let site: string;
let folder: string;

interface Labels {
  readonly labels: readonly (readonly [string, readonly number[]])[];
}

/** A folder of two photos whose cameras are known, and one that is no picture. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'personalize-'));
  const photos = join(folder, 'photos');
  mkdirSync(photos);
  for (const name of names) cpSync(join(source, name), join(photos, name));
  writeFileSync(join(photos, 'broken.jpg'), 'no picture');
  const all = (JSON.parse(readFileSync(join(source, 'dataset.json'), 'utf8')) as Labels).labels;
  const labels = all.filter(([name]) => names.includes(name));
  labels.push(['broken.jpg', labels[0]![1]]);
  writeFileSync(join(photos, 'dataset.json'), JSON.stringify({ labels }));
  const texts = join(folder, 'texts');
  mkdirSync(texts);
  writeFileSync(join(texts, 'notes.txt'), 'no picture');
  site = await serve(await buildSamples());
}, buildTimeout);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const state = (page: Page, wanted: string): Promise<unknown> => page.waitForSelector(`body[data-state=${wanted}]`);

async function choose(page: Page, name: string): Promise<void> {
  await page.setInputFiles('#folder', join(folder, name));
}

/** How many different colours a canvas shows; 1 for a blank one. */
const colors = (page: Page, selector: string): Promise<number> =>
  page.$eval(selector, (element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

/** Clicks the download and reads it as a person of the embedded base. */
async function downloaded(page: Page): Promise<PersonFile> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  expect(download.suggestedFilename()).toBe('me.head');
  // The served one: the page learned on it.
  const base = await readBase(blobSource(await (await fetch(`${site}assets/base.safetensors`)).blob()));
  return readPerson(bytesSource(await readFile(await download.path())), base);
}

describe('personalize', () => {
  let sample: TestPage;
  beforeAll(async () => {
    sample = await openPage(`${site}personalize.html?person=4&photo=2&steps=4&preview=32&size=48&samples=8`);
    await sample.page.setViewportSize({ width: 1000, height: 900 });
  });
  afterAll(() => sample.page.close());

  test('refuses files that are neither photos nor a video, and says what is wanted', async () => {
    const { page } = sample;
    expect(await page.isVisible('#start')).toBe(false);
    await choose(page, 'texts');
    await page.waitForSelector('#error:not([hidden])');
    expect(await page.textContent('#error')).toMatch(
      /^photos: expected photos or a video, got other files, notes\.txt/,
    );
    await state(page, 'empty');
    expect(await page.isVisible('#start')).toBe(false);
  });

  test('shows the photos of a folder and names those it leaves out', async () => {
    const { page } = sample;
    await choose(page, 'photos');
    await state(page, 'ready');
    expect(await page.isVisible('#error')).toBe(false);
    expect(await page.locator('#photos canvas').count()).toBe(2);
    for (const i of [1, 2]) expect(await colors(page, `#photos li:nth-child(${i}) canvas`)).toBeGreaterThan(500);
    expect(await page.textContent('#problems')).toContain('1 photo left out');
    expect(await page.textContent('#problems li')).toMatch(/^broken\.jpg: /);
  });

  test('learns a head, shows it, and offers it', async () => {
    const { page, screenshot, errors } = sample;
    await page.focus('#start');
    await page.keyboard.press('Enter');
    await state(page, 'done');
    expect(await page.textContent('#status')).toMatch(/^Learned in/);
    expect(await page.textContent('#place')).toContain('processor');
    await page.click('#details summary');
    await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>('#curve')!.width > 100);
    expect(await colors(page, '#curve')).toBeGreaterThan(20);
    for (const picture of ['#neutral', '#anchor']) expect(await colors(page, picture)).toBeGreaterThan(100);
    const person = await downloaded(page);
    expect(person.tensors.get('anchors')!.dims[0]).toBe(2);
    expect(person.metadata.get('thumbnail')).toMatch(/^data:image\/png;base64,/);
    expect([...person.tensors.keys()].some((name) => name.endsWith('.lora_A'))).toBe(true);
    await page.waitForSelector('#scene[data-ready=true]');
    await page.locator('#scene canvas').scrollIntoViewIfNeeded();
    await screenshot('personalize-done');
    expect(await page.textContent('#notice')).toBe('');
    expect(errors).toEqual([]);
  });

  test('stays with its own server', async () => {
    const urls = await sample.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    expect(urls.filter((url) => !url.startsWith(site) && !/^(blob|data):/.test(url))).toEqual([]);
  });
});

test('a cancel while training keeps what was learned, and the run can go on', async () => {
  const { page, errors } = await openPage(
    `${site}personalize.html?person=1&photo=1&steps=100000&preview=16&size=48&samples=8`,
  );
  await choose(page, 'photos');
  await state(page, 'ready');
  const step = async (): Promise<number> => {
    await page.waitForFunction(() => document.getElementById('status')!.textContent.startsWith('Learning'));
    return Number(/step (\d+)/.exec((await page.textContent('#detail'))!)![1]);
  };
  await page.click('#start');
  const first = await step();
  await page.click('#cancel');
  await state(page, 'stopped');
  expect(await page.textContent('#status')).toMatch(/^Stopped early/);
  expect((await downloaded(page)).tensors.has('neutral')).toBe(true);
  expect(await page.textContent('#start')).toBe('Go on');
  await page.click('#start');
  expect(await step()).toBeGreaterThan(first);
  await page.click('#cancel');
  await state(page, 'stopped');
  expect(errors).toEqual([]);
  await page.close();
});

test('a cancel before the training keeps what was found, without a head', async () => {
  const { page, errors } = await openPage(`${site}personalize.html?person=100000`);
  await choose(page, 'photos');
  await state(page, 'ready');
  await page.click('#start');
  await page.waitForFunction(() => document.getElementById('detail')!.textContent.startsWith('step'));
  await page.click('#cancel');
  await state(page, 'stopped');
  expect(await page.textContent('#status')).toBe('Stopped. What was found so far is kept.');
  expect(await page.textContent('#start')).toBe('Go on');
  expect(await page.isVisible('#error')).toBe(false);
  expect(await page.isVisible('#download')).toBe(false);
  expect(errors).toEqual([]);
  await page.close();
});

test('errors keep class, code and message on their way out of the worker', () => {
  for (const kind of [AssetError, DeviceError, HeadError, NumericError, ShapeError]) {
    const thrown = new kind('some/code', 'where: expected this, got that.');
    const received = receiveError(structuredClone(sendError(thrown)));
    expect(received.constructor).toBe(kind);
    for (const key of ['code', 'name', 'message'] as const) expect(received).toHaveProperty(key, thrown[key]);
  }
  const other = receiveError(structuredClone(sendError(new RangeError('too long'))));
  expect([other.name, other.message]).toEqual(['RangeError', 'too long']);
});
