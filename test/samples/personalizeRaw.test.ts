import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { blobSource, bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson } from '../../runtime/checkpoint/person/person.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import { openPage, serve, type Screenshot, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { rawPhotos } from '../personalize/photos/raw/rawPhotos.js';
import { meanDifference, type Area } from './pixels.js';

let folder: string;
let site: string;
let sample: TestPage;

const state = (page: Page, wanted: string): Promise<unknown> => page.waitForSelector(`body[data-state=${wanted}]`);
const cards = (page: Page, name: RegExp) =>
  page.locator('#photos li', { has: page.locator('.name', { hasText: name }) });

/** Writes some of a person's photos, from one to before another, into a folder. */
function take(into: string, person: string, from: number, to: number): void {
  mkdirSync(join(folder, into), { recursive: true });
  let i = 0;
  for (const { name, bytes } of rawPhotos(person)) {
    if (i >= from) writeFileSync(join(folder, into, name), bytes);
    if (++i === to) break;
  }
}

/**
 * Lets the worker say of the first photo that it counts little: of five photos none is an exception, and a run that finds one
 * takes minutes.
 */
function doubtFirstPhoto(): void {
  // Called on the worker that it was taken from.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const listen = Worker.prototype.addEventListener;
  Worker.prototype.addEventListener = function (this: Worker, type: string, listener: unknown): void {
    if (type === 'message') {
      listen.call(this, type, (event) => {
        const reply = (event as MessageEvent).data as { kind: string; result?: { reliabilities: unknown[] } };
        if (reply.kind === 'learned') reply.result!.reliabilities[0] = { weight: 0.42, covered: 0.31 };
      });
    }
    listen.call(this, type, listener as EventListener);
  };
}

/** Raw photos of one person, one of another, and a file that is none. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'personalize-raw-'));
  take('selfies', 'A', 0, 4);
  take('selfies', 'B', 3, 4);
  writeFileSync(join(folder, 'selfies', 'torn.jpg'), 'no picture');
  writeFileSync(join(folder, 'selfies', '.DS_Store'), 'nobody chose this');
  site = await serve(await buildSamples());
  sample = await openPage('about:blank');
  await sample.page.addInitScript(doubtFirstPhoto);
  await sample.page.setViewportSize({ width: 390, height: 844 });
  await sample.page.goto(`${site}personalize.html?person=2&shared=2&photo=1&steps=2&preview=32&size=64&samples=8`);
}, buildTimeout);
afterAll(async () => {
  await sample.page.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('raw photos', () => {
  test('become a gallery that says why photos were left out', async () => {
    const { page, screenshot } = sample;
    await page.setInputFiles('#folder', join(folder, 'selfies'));
    await state(page, 'ready');
    expect(await page.locator('#photos li').count()).toBe(6);
    expect(await page.locator('#photos li[data-kept=true]').count()).toBe(4);
    expect(await page.textContent('#count')).toBe('4 photos will be used, 2 left out');
    const torn = cards(page, /^torn/);
    expect(await torn.getAttribute('data-kept')).toBe('false');
    expect((await torn.locator('.reason').textContent())!.length).toBeGreaterThan(10);
    // Nothing of it could be put back.
    expect(await torn.locator('button').isVisible()).toBe(false);
    const other = cards(page, /^B-/);
    expect(await other.getAttribute('data-kept')).toBe('false');
    expect(await other.locator('.reason').textContent()).toMatch(/somebody else/i);
    expect(await page.textContent('#warnings')).toMatch(/4 photos/);
    expect(await page.textContent('#effort')).toMatch(/Draft \(about .*Good \(about /s);
    await other.scrollIntoViewIfNeeded();
    await screenshot('personalize-gallery');
  });

  test('can be put back and taken out by keyboard', async () => {
    const { page } = sample;
    const other = cards(page, /^B-/);
    await other.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await other.getAttribute('data-kept')).toBe('true');
    // The focus stays where it was, on a button that now does the contrary.
    expect(await page.evaluate(() => document.activeElement!.getAttribute('aria-label'))).toMatch(/^Take out B-/);
    expect(await page.textContent('#count')).toBe('5 photos will be used, 1 left out');
    const first = page.locator('#photos li').first();
    await first.locator('button').click();
    expect(await first.locator('.reason').textContent()).toContain('You took it out.');
    expect(await page.textContent('#count')).toBe('4 photos will be used, 2 left out');
  });

  test('become a head that is there, turns, smiles, and is saved', async () => {
    const { page, screenshot, errors } = sample;
    await page.click('#start');
    await state(page, 'done');
    expect(await page.textContent('#status')).toMatch(/^Learned in/);
    await page.waitForSelector('#scene[data-ready=true]');
    expect(await page.getAttribute('#play', 'aria-pressed')).toBe('true');
    // By then the head has turned, too.
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>('[name=smile]')!.value) > 0.8);
    await page.click('#play');
    expect(await page.getAttribute('#play', 'aria-pressed')).toBe('false');
    const canvas = page.locator('#scene canvas');
    await canvas.scrollIntoViewIfNeeded();
    // From here on all that is used is in view, and the page stays where it is.
    const box = (await canvas.boundingBox())!;
    const place = (x: number): number => Math.round(box.x + x * box.width);
    const row = (y: number): number => Math.round(box.y + y * box.height);
    const face: Area = [place(0.3), row(0.3), place(0.7), row(0.7)];
    /** Takes pictures until one is as it shall be; jest's limit ends it where none ever is. */
    const pictureWhen = async (name: string, isGood: (shot: Screenshot) => boolean): Promise<Screenshot> => {
      for (;;) {
        const shot = await screenshot(name);
        if (isGood(shot)) return shot;
      }
    };
    const smiling = await pictureWhen('personalize-raw-smiling', (shot) => {
      const at = (x: number, y: number): readonly number[] => shot.pixel(place(x), row(y));
      const corner = at(0.03, 0.03);
      // The middle of the picture is the face, whatever it looks like after two steps.
      return [at(0.5, 0.5), at(0.45, 0.55), at(0.55, 0.45)].every((color) =>
        color.some((value, c) => Math.abs(value - corner[c]!) > 25),
      );
    });
    // A head at rest stays as it is; one that is told to smile no more, or is turned back, does not.
    await page.locator('[name=smile]').focus();
    await page.keyboard.press('Home');
    const sober = await pictureWhen('personalize-raw-sober', (shot) => meanDifference(smiling, shot, face) > 0.5);
    await canvas.focus();
    await page.keyboard.down('ArrowRight');
    await pictureWhen('personalize-raw-turned', (shot) => meanDifference(sober, shot, face) > 3);
    await page.keyboard.up('ArrowRight');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    expect(download.suggestedFilename()).toBe('me.head');
    const base = await readBase(blobSource(await (await fetch(`${site}assets/base.safetensors`)).blob()));
    const person = await readPerson(bytesSource(await readFile(await download.path())), base);
    expect(person.tensors.get('anchors')!.dims[0]).toBe(4);
    expect(errors).toEqual([]);
  });

  test('say where they count less in what was learned', async () => {
    const { page, screenshot } = sample;
    expect(await page.textContent('#count')).toBe('4 photos will be used, 2 left out; 1 counts less, as it says below');
    await page.click('#count');
    const doubtful = page.locator('#photos li[data-kept=true]').first();
    expect(await doubtful.locator('.reason').textContent()).toMatch(/It counts for 42 %: 31 % of its head is unlike/);
    // The report of the choice has come since.
    expect(await cards(page, /^A-00/).locator('.reason').textContent()).toBe('You took it out.');
    await doubtful.scrollIntoViewIfNeeded();
    await screenshot('personalize-doubt');
  });
});
