// Not in npm test: it records a film in real time, which a busy machine could spoil. It runs whole in 134 s on a quiet one. By hand,
// after npm test has made the machine ready:
// node --experimental-vm-modules node_modules/jest/bin/jest.js --testMatch '**/personalizeCamera.manual.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { encodePng, type Bitmap } from '../../runtime/core/bitmap.js';
import { openPage, serve, useFakeCamera } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { filmOfHead, guidedViews, y4m } from './film.js';

let folder: string;
let site: string;
let frames: Bitmap[];

const state = (page: Page, wanted: string): Promise<unknown> => page.waitForSelector(`body[data-state=${wanted}]`);
const few = '?person=2&shared=2&photo=1&steps=2&preview=32&size=48&samples=8';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'personalize-camera-'));
  frames = await filmOfHead(guidedViews);
  const film = join(folder, 'film.y4m');
  // Slow, as the machine may be: the film starts again at its end.
  writeFileSync(film, y4m(frames, 1));
  useFakeCamera(film);
  site = await serve(await buildSamples());
}, buildTimeout);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a camera leads through the views, and what it saw becomes a head', async () => {
  const { page, errors, screenshot } = await openPage(`${site}personalize.html${few}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.click('#record');
  await state(page, 'camera');
  expect(await page.isVisible('#source')).toBe(false);
  const asked = new Set<string>();
  await page.exposeFunction('heardAsk', (text: string) => asked.add(text));
  await page.evaluate(() => {
    const ask = document.getElementById('ask')!;
    const tell = (): void => {
      (window as unknown as { heardAsk(text: string): void }).heardAsk(ask.textContent);
      // Who does not nod leaves it out.
      if (/slowly (up|down)$/.test(ask.textContent)) document.getElementById('skip')!.click();
    };
    tell();
    new MutationObserver(tell).observe(ask, { childList: true, characterData: true, subtree: true });
  });
  await page.waitForFunction(() => document.querySelector<HTMLProgressElement>('#views')!.value > 0.4);
  await screenshot('personalize-camera');
  await state(page, 'ready');
  // What comes before it is asked for is not asked for any more.
  expect([...asked][0]).toBe('Look straight into the camera');
  expect(asked.size).toBeGreaterThanOrEqual(3);
  for (const way of ['up', 'down']) expect([...asked]).toContain(`Look straight, then slowly ${way}`);
  expect(await page.isVisible('#camera')).toBe(false);
  // The camera is off.
  expect(await page.evaluate(() => document.querySelector('video')!.srcObject)).toBeNull();
  const kept = await page.locator('#photos li[data-kept=true]').count();
  expect(kept).toBeGreaterThanOrEqual(6);
  const poses = (await page.locator('#photos li[data-kept=true] .name + .quiet').allTextContents()).join(' ');
  expect(poses).toMatch(/left \d\d°/);
  expect(poses).toMatch(/right \d\d°/);
  await page.click('#start');
  await state(page, 'done');
  expect(await page.isVisible('#download')).toBe(true);
  await page.waitForSelector('#scene[data-ready=true]');
  expect(await page.textContent('#notice')).toBe('');
  await page.locator('#scene canvas').scrollIntoViewIfNeeded();
  await screenshot('personalize-camera-done');
  expect(errors).toEqual([]);
  await page.close();
});

test('a video gives the sharpest frames of its views', async () => {
  const { page, errors } = await openPage(`${site}personalize.html${few}`);
  // Chromium's own recorder makes the file: there is no other encoder on the machine.
  const pictures = [0, 3, 4, 5, 7, 8].map((i) => Buffer.from(encodePng(frames[i]!)).toString('base64'));
  const bytes = await page.evaluate(async (images) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 480;
    const context = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(15), {
      mimeType: 'video/webm;codecs=vp8',
      videoBitsPerSecond: 4e6,
    });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (const image of images) {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${image}`)).blob());
      // A canvas that is not drawn to gives no frames.
      for (let i = 0; i < 10; i++) {
        context.drawImage(bitmap, 0, 0);
        await new Promise((resolve) => setTimeout(resolve, 70));
      }
    }
    recorder.stop();
    await ended;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  }, pictures);
  await page.setInputFiles('#files', { name: 'turning.webm', mimeType: 'video/webm', buffer: Buffer.from(bytes) });
  await state(page, 'ready');
  const names = await page.locator('#photos .name:not(.quiet)').allTextContents();
  expect(names.length).toBeGreaterThanOrEqual(3);
  // Of about 20 frames, not all.
  expect(names.length).toBeLessThan(12);
  for (const name of names) expect(name).toMatch(/^turning \d\d\.\d s\.jpg$/);
  const poses = (await page.locator('#photos .name + .quiet').allTextContents()).join(' ');
  expect(poses).toMatch(/left \d\d°/);
  expect(poses).toMatch(/right \d\d°/);
  expect(errors).toEqual([]);
  await page.close();
});

test('a video that the browser cannot play is refused with the remedy', async () => {
  const { page } = await openPage(`${site}personalize.html`);
  await page.setInputFiles('#files', { name: 'broken.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no film') });
  await page.waitForSelector('#error:not([hidden])');
  expect(await page.textContent('#error')).toMatch(/^broken\.mp4: .*cannot play the video\. Save it as MP4/);
  await state(page, 'empty');
  await page.close();
});
