import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { openPage, serve, type Screenshot, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { meanColor, meanDifference, type Area } from './pixels.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cdn = 'https://cdn.jsdelivr.net/npm/';
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const read = (path: string): Buffer => readFileSync(join(root, 'node_modules', path));

/** What the CDN makes of a package that is no module: here of the one build that is a single file. */
function asModule(name: string): Buffer {
  expect(name).toBe('protobufjs');
  const text = read('protobufjs/dist/minimal/protobuf.js').toString();
  return Buffer.from(`const module = { exports: {} };\n${text}\nexport default module.exports;`);
}

/**
 * The CDN's files, from what is installed.
 * @throws where the page names another version than the one that is installed
 */
function fromCdn(url: string): Buffer {
  const [, name, version, path] = /^((?:@[^/]+\/)?[^@/]+)@([^/]+)\/(.*)$/.exec(url.slice(cdn.length))!;
  const installed = JSON.parse(read(`${name}/package.json`).toString()) as { version: string };
  if (installed.version !== version) throw new Error(`${url}: installed is ${installed.version}. Change the page.`);
  return path!.endsWith('/+esm') ? asModule(name!) : read(`${name}/${path!}`);
}

/** A page asks for its libraries at the CDN; tests have no internet. */
async function serveCdn(page: Page, asked: string[]): Promise<void> {
  await page.route(`${cdn}**`, (route) => {
    const url = route.request().url();
    asked.push(url);
    return route.fulfill({
      body: fromCdn(url),
      contentType: types[extname(url)] ?? 'text/javascript',
      headers: { 'access-control-allow-origin': '*' },
    });
  });
}

declare global {
  interface Window {
    head: PersonalizedHeadMesh;
  }
}

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

test('says so where its libraries cannot be fetched', async () => {
  const { page } = await openPage('about:blank');
  await page.route(`${cdn}**`, (route) => route.abort());
  await page.goto(`${site}playground.html`);
  await page.getByText('cannot be fetched from cdn.jsdelivr.net').waitFor();
  await page.close();
});

describe('playground', () => {
  const mouth: Area = [280, 300, 360, 365];
  const brow: Area = [280, 175, 360, 210];
  const asked: string[] = [];
  let sample: TestPage;
  let start: Screenshot;

  /** So many seconds pass in one frame; then all that changed is shown. */
  const advance = (seconds: number): Promise<void> =>
    sample.page.evaluate(async (time) => {
      const { head } = window;
      const engine = head.getEngine();
      engine.stopRenderLoop();
      for (let frame = 0; frame < 3; frame++) {
        engine.getDeltaTime = () => (frame === 0 ? time * 1000 : 0);
        engine.beginFrame();
        head.getScene().render();
        engine.endFrame();
        await head.whenSettledAsync();
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }, seconds);

  beforeAll(async () => {
    sample = await openPage('about:blank');
    await serveCdn(sample.page, asked);
    await sample.page.goto(`${site}playground.html`);
    await sample.page.waitForFunction(() => 'head' in window);
    await advance(1);
    start = await sample.screenshot('playground-start');
  });
  afterAll(() => sample.page.close());

  test('shows somebody, with files as npm has them', async () => {
    expect(asked.some((url) => url.includes('@babylonjs/core@'))).toBe(true);
    expect(asked.some((url) => url.endsWith('.wasm'))).toBe(true);
    expect(await sample.page.evaluate(() => window.head.texture !== null)).toBe(true);
    const [red, green, blue] = meanColor(start, brow);
    expect(red).toBeGreaterThan(green! + 10);
    expect(green).toBeGreaterThan(blue!);
  });

  test('says hello when clicked', async () => {
    await sample.page.mouse.click(320, 240);
    await advance(0);
    await advance(0.4);
    expect(await sample.page.evaluate(() => window.head.expression.mouthFunnel)).toBeGreaterThan(0.2);
    const shot = await sample.screenshot('playground-speaking');
    const moved = meanDifference(start, shot, mouth);
    expect(moved).toBeGreaterThan(1);
    expect(meanDifference(start, shot, brow)).toBeLessThan(moved);
  });

  test('logs no errors', () => expect(sample.errors).toEqual([]));
});
