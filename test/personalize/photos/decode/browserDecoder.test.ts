import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { openPage, serve } from '../../../harness/browser.js';
import { bytesOf, largestDifference, quarters, seenQuarters, storedQuarters, upright } from './rawPhotos.js';

/** Decodes in a module worker, as the page does. */
const worker = `
import { browserDecoder } from './personalize/photos/decode/decodeUpright.js';
const decoders = [browserDecoder(), browserDecoder({ libheif: async () => (await import('./libheif.mjs')).default() })];
onmessage = async ({ data: { bytes, longestSide, withHeic } }) => {
  try {
    const photo = await decoders[withHeic ? 1 : 0](bytes, 'me', longestSide ? { longestSide } : {});
    postMessage({ ...photo, picture: { ...photo.picture, data: Array.from(photo.picture.data) } });
  } catch (error) {
    postMessage({ code: error.code, message: error.message });
  }
};`;
const html = `<!doctype html><script type="module">
const worker = new Worker('worker.js', { type: 'module' });
window.decode = (task) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => resolve({ message });
  worker.postMessage({ ...task, bytes: Uint8Array.from(task.bytes) });
});
document.title = 'ready';
</script>`;

interface Answer {
  readonly code?: string;
  readonly message?: string;
  readonly focal35: number | null;
  readonly original: { readonly width: number; readonly height: number };
  readonly picture: { readonly width: number; readonly height: number; readonly data: number[] };
}
declare global {
  interface Window {
    decode(task: object): Promise<unknown>;
  }
}

let folder: string;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'decode-'));
  for (const part of ['personalize/photos', 'runtime/core']) {
    cpSync(resolve('dist', part), join(folder, part), { recursive: true });
  }
  // A worker has no import map.
  const bare = join(folder, 'personalize/photos/decode/toSrgb.js');
  writeFileSync(bare, readFileSync(bare, 'utf8').replace("from 'fflate'", "from '/fflate.js'"));
  copyFileSync(resolve('node_modules/fflate/esm/browser.js'), join(folder, 'fflate.js'));
  copyFileSync(resolve('node_modules/libheif-js/libheif-wasm/libheif-bundle.mjs'), join(folder, 'libheif.mjs'));
  writeFileSync(join(folder, 'worker.js'), worker);
  writeFileSync(join(folder, 'index.html'), html);
  ({ page } = await openPage(await serve(folder)));
  await page.waitForFunction(() => document.title === 'ready');
});

afterAll(() => rmSync(folder, { recursive: true }));

async function decode(bytes: Uint8Array, task: object = {}): Promise<Answer> {
  return (await page.evaluate((sent) => window.decode(sent), { ...task, bytes: Array.from(bytes) })) as Answer;
}

const quartersOf = ({ picture }: Answer): number[][] =>
  seenQuarters({ ...picture, data: Uint8Array.from(picture.data) });

test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i is seen upright', async (orientation) => {
  const photo = storedQuarters(orientation).jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
  const answer = await decode(await bytesOf(photo));
  expect(answer.original).toEqual(upright);
  expect(largestDifference(quartersOf(answer), quarters)).toBeLessThan(8);
});

test('PNG, WebP and AVIF are read, Display P3 becomes sRGB, the longer side is reduced', async () => {
  const photo = storedQuarters(1);
  const files = [photo.clone().png(), photo.clone().webp({ quality: 95 }), photo.clone().avif({ quality: 95 })];
  files.push(photo.clone().withIccProfile('p3').png());
  for (const file of files) {
    expect(largestDifference(quartersOf(await decode(await bytesOf(file))), quarters)).toBeLessThan(8);
  }
  const reduced = await decode(await bytesOf(photo.clone().png()), { longestSide: 20 });
  expect([reduced.picture.width, reduced.picture.height, reduced.original]).toEqual([20, 12, upright]);
  expect(largestDifference(quartersOf(reduced), quarters)).toBeLessThan(8);
});

test('HEIC is read by libheif where the page gives it, else refused with the remedy', async () => {
  const phone = new Uint8Array(readFileSync(new URL('phone.heic', import.meta.url)));
  const answer = await decode(phone, { withHeic: true });
  const [upperLeft, upperRight, lowerLeft, lowerRight] = quarters;
  expect(answer.focal35).toBe(26);
  expect(largestDifference(quartersOf(answer), [lowerLeft, upperLeft, lowerRight, upperRight])).toBeLessThan(4);
  expect(await decode(phone)).toMatchObject({
    code: 'photos/decoder',
    message: expect.stringContaining('Most Compatible'),
  });
});

test('a JPEG that is cut off, or damaged, is refused', async () => {
  const bytes = await bytesOf(storedQuarters(1).jpeg());
  expect(await decode(bytes.slice(0, -30))).toMatchObject({
    code: 'photos/damaged',
    message: expect.stringMatching(/cut off/),
  });
  const damaged = bytes.slice();
  damaged.fill(0, 4, 300);
  expect(await decode(damaged)).toMatchObject({ code: 'photos/damaged' });
});
