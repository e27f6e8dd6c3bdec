import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { rawPhotos } from '../personalize/photos/raw/rawPhotos.js';

let folder: string;
let sample: TestPage;

const state = (page: Page, wanted: string): Promise<unknown> => page.waitForSelector(`body[data-state=${wanted}]`);

/** Two raw photos each of two people. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'personalize-people-'));
  mkdirSync(join(folder, 'two'));
  for (const [person, from] of [
    ['A', 0],
    ['B', 3],
  ] as const) {
    let i = 0;
    for (const { name, bytes } of rawPhotos(person)) {
      if (i >= from) writeFileSync(join(folder, 'two', name), bytes);
      if (++i === from + 2) break;
    }
  }
  sample = await openPage(`${await serve(await buildSamples())}personalize.html`);
  await sample.page.setViewportSize({ width: 390, height: 844 });
}, buildTimeout);
afterAll(async () => {
  await sample.page.close();
  rmSync(folder, { recursive: true, force: true });
});

test('photos of two people ask whose head it shall be', async () => {
  const { page, screenshot, errors } = sample;
  await page.setInputFiles('#folder', join(folder, 'two'));
  await state(page, 'asking');
  const people = page.locator('#people button');
  expect(await people.count()).toBe(2);
  for (const text of await people.allTextContents()) expect(text).toBe('This one, in 2 photos');
  expect(await page.isVisible('#start')).toBe(false);
  await page.locator('#people').scrollIntoViewIfNeeded();
  await screenshot('personalize-people');
  await people.nth(1).click();
  await state(page, 'ready');
  const letters = async (kept: boolean): Promise<string> => {
    const names = await page.locator(`#photos li[data-kept=${kept}] .name:not(.quiet)`).allTextContents();
    return names.map((name) => name[0]).join('');
  };
  expect([await letters(true), await letters(false)].sort()).toEqual(['AA', 'BB']);
  for (const text of await page.locator('#photos li[data-kept=false] .reason').allTextContents()) {
    expect(text).toMatch(/somebody else/i);
  }
  expect(errors).toEqual([]);
});
