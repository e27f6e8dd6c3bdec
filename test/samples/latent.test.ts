import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decode } from 'fast-png';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';

/** Of every picture, pixels; what the page is asked for. */
const side = 24;
const address = `latent.html?size=${side}&samples=6&anchors=3&wall=3&views=3&backend=wasm`;

let sample: TestPage;
let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
  sample = await openPage(site + address);
  await ready(sample.page);
}, buildTimeout);
afterAll(() => sample.page.close());

const ready = (page: Page): Promise<unknown> => page.waitForSelector('body[data-state=ready]');

/** RGBA of every canvas that a selector finds. */
const pixels = (page: Page, selector: string): Promise<number[][]> =>
  page.$$eval(selector, (elements) =>
    elements.map((element) => {
      const { width, height } = element as HTMLCanvasElement;
      return [...(element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data];
    }),
  );

/** Mean difference of two pictures, 0..255. */
function difference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** Moves a slider or chooses an option, and waits until what follows is drawn. */
async function set(page: Page, selector: string, value: string): Promise<void> {
  await page.$eval(
    selector,
    (element, wanted) => {
      (element as HTMLInputElement).value = wanted;
      element.dispatchEvent(new Event(element instanceof HTMLInputElement ? 'input' : 'change'));
    },
    value,
  );
  await ready(page);
}

const one = async (page: Page, selector: string): Promise<number[]> => (await pixels(page, selector))[0]!;

describe('a person in their latent space', () => {
  test('the slider goes from the left anchor to the right one, latent and camera', async () => {
    const { page } = sample;
    const anchors = await pixels(page, '#left canvas');
    expect(anchors).toHaveLength(3);
    expect(await one(page, '#between')).toEqual(anchors[0]);
    await set(page, '#share', '1');
    expect(await one(page, '#between')).toEqual(anchors[2]);
    await set(page, '#share', '0.5');
    const middle = await one(page, '#between');
    expect(middle).toHaveLength(4 * side * side);
    for (const end of [anchors[0]!, anchors[2]!]) expect(difference(middle, end)).toBeGreaterThan(1);
    expect(await page.textContent('#between-note')).toBe('outside 0.00');
    await page.click('#right button:nth-child(2)');
    await ready(page);
    await set(page, '#share', '1');
    expect(await one(page, '#between')).toEqual(anchors[1]);
  });

  test('the wall fills with different looks, and with others when asked', async () => {
    const { page } = sample;
    const wall = await pixels(page, '#wall canvas');
    expect(wall).toHaveLength(3);
    expect(difference(wall[0]!, wall[1]!)).toBeGreaterThan(0.5);
    expect(difference(wall[1]!, wall[2]!)).toBeGreaterThan(0.5);
    expect(await page.locator('#wall figcaption').allTextContents()).toEqual(Array(3).fill('outside 0.00'));
    await page.click('#again');
    await ready(page);
    expect(await pixels(page, '#wall canvas')).not.toEqual(wall);
  });

  test('a smile moves the face from every side and is undone exactly; the border policies differ', async () => {
    const { page } = sample;
    const start = await pixels(page, '#strip canvas');
    expect(start).toHaveLength(3);
    await set(page, '#sliders input[name=smile]', '1.5');
    const projected = await pixels(page, '#strip canvas');
    projected.forEach((view, i) => expect(difference(view, start[i]!)).toBeGreaterThan(0.2));
    expect(await page.textContent('#edit-note')).toMatch(/^the anchors show \d+ % of it; outside /);
    await set(page, '#policy', 'w');
    expect(difference(await one(page, '#strip canvas'), projected[0]!)).toBeGreaterThan(0.1);
    await set(page, '#policy', 'stop');
    expect(await page.textContent('#edit-note')).toMatch(/\d+ % done/);
    await set(page, '#sliders input[name=smile]', '0');
    expect(await pixels(page, '#strip canvas')).toEqual(start);
  });

  test('the identity meter is fetched from the page’s own server, and reads every picture that is made', async () => {
    const { page } = sample;
    await page.check('#meter');
    await ready(page);
    const note = /outside [\d.]+, face dlib ([\d.]+)!?$/;
    const before = Number(note.exec((await page.textContent('#edit-note'))!)![1]);
    await set(page, '#policy', 'continue');
    await set(page, '#sliders input[name=jawOpen]', '2');
    const after = Number(note.exec((await page.textContent('#edit-note'))!)![1]);
    expect(before).toBeLessThan(0.25);
    expect(after).toBeGreaterThan(before);
    const urls = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    expect(urls.filter((url) => !url.startsWith(site) && !/^(blob|data):/.test(url))).toEqual([]);
    await page.uncheck('#meter');
    await set(page, '#sliders input[name=jawOpen]', '0');
  });

  test('what is seen is saved as PNG', async () => {
    const { page, screenshot, errors } = sample;
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-edit')]);
    const { width, height, data } = decode(await readFile(await download.path()));
    expect([width, height, download.suggestedFilename()]).toEqual([3 * side, side, 'edit.png']);
    const first = await one(page, '#strip canvas');
    expect([...data.slice(0, 4 * side)]).toEqual(first.slice(0, 4 * side));
    await screenshot('latent');
    expect(errors).toEqual([]);
  });

  test('a file that is no person is refused by what it is, and the person stays', async () => {
    const { page } = sample;
    const before = await page.textContent('#status');
    await page.setInputFiles('#head', { name: 'me.head', mimeType: '', buffer: Buffer.from('no person at all') });
    await page.waitForSelector('#error:not([hidden])');
    expect(await page.textContent('#error')).toMatch(/^person: expected a \.head file/);
    expect(await page.textContent('#status')).toBe(before);
    expect(await page.locator('#wall canvas').count()).toBe(3);
  });
});
