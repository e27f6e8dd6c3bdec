import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openPage, serve, type Screenshot, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { meanColor, meanDifference, type Area } from './pixels.js';

type Parameters = Partial<import('../../samples/orbit/parameters.js').OrbitParameters>;

/** Small and coarse: the software adapter computes about one GFLOP a second. */
const small = 'size=96&samples=16';
/** Straight ahead, without expression: not as the page opens. */
const plain = 'seed=1&mix=0&smile=0&yaw=0&pitch=0';
// Of the 640 x 480 page, with the head straight ahead.
const head: Area = [200, 60, 440, 420];
const mouth: Area = [270, 310, 370, 380];
const forehead: Area = [280, 150, 360, 190];
const middle: Area = [310, 250, 330, 270];
const sky: Area = [500, 10, 630, 100];

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

const ready = (page: Page): Promise<void> => page.evaluate(() => window.personalizedHead.ready);
const rendered = (page: Page): Promise<number> => page.evaluate(() => window.personalizedHead.rendered);
const set = (page: Page, change: Parameters): Promise<void> =>
  page.evaluate((values) => window.personalizedHead.set(values), change);

function isGreen(picture: Screenshot, area: Area): boolean {
  const [red, green, blue] = meanColor(picture, area);
  return green! > 2 * red! && green! > 2 * blue!;
}

describe('orbit', () => {
  let sample: TestPage;
  let neutral: Screenshot;

  /** Changes the scene, takes a picture, and undoes the change. */
  async function shot(name: string, change: Parameters, undo: Parameters): Promise<Screenshot> {
    await set(sample.page, change);
    const picture = await sample.screenshot(`orbit-${name}`);
    await set(sample.page, undo);
    return picture;
  }

  beforeAll(async () => {
    sample = await openPage(`${site}orbit.html?gui=0&${plain}&${small}`);
    await ready(sample.page);
    neutral = await sample.screenshot('orbit-neutral');
  });
  afterAll(() => sample.page.close());

  test('shows a head before the background', () => {
    const [red, green, blue] = meanColor(neutral, forehead);
    expect(red).toBeGreaterThan(green! + 15);
    expect(green).toBeGreaterThan(blue! + 15);
    for (const [x, y] of [
      [5, 5],
      [634, 5],
    ] as const) {
      expect(neutral.pixel(x, y).slice(0, 3)).toEqual([92, 112, 140]);
    }
  });

  test('draws the scene but not the head again while nothing changes', async () => {
    const { page } = sample;
    const before = await page.evaluate(() => window.personalizedHead.frames);
    const pictures = await rendered(page);
    await page.waitForFunction((frames) => window.personalizedHead.frames > frames + 20, before);
    expect(await rendered(page)).toBe(pictures);
    await set(page, {});
    expect(await rendered(page)).toBe(pictures);
    expect(meanDifference(neutral, await sample.screenshot('orbit-idle'), [0, 0, 640, 480])).toBe(0);
  });

  test('moves the mouth, and little else', async () => {
    for (const name of ['smile', 'jawOpen']) {
      const moved = await shot(name, { expressions: { [name]: 1 } }, { expressions: {} });
      const change = meanDifference(neutral, moved, mouth);
      expect(change).toBeGreaterThan(6);
      expect(meanDifference(neutral, moved, forehead)).toBeLessThan(change / 2);
      expect(meanDifference(neutral, moved, sky)).toBe(0);
    }
  });

  test('mixes expressions and pose without asking the network twice for the same', async () => {
    const versions = (): Promise<number | undefined> =>
      sample.page.evaluate(() => window.personalizedHead.head?.version);
    await set(sample.page, { mix: 0.5, expressions: { blink: 1 } });
    const before = (await versions())!;
    await set(sample.page, { yaw: 0.1 });
    expect(await versions()).toBe(before);
    await set(sample.page, { mix: 0, expressions: {}, yaw: 0 });
    expect(await versions()).toBe(before + 1);
  });

  test('refuses an expression it does not know and stays as it was', async () => {
    const pictures = await rendered(sample.page);
    await expect(set(sample.page, { expressions: { wiggle: 1 } })).rejects.toThrow('direction wiggle');
    await set(sample.page, { expressions: {} });
    expect(await rendered(sample.page)).toBe(pictures);
  });

  test('turns the head', async () => {
    const turned = await shot('yaw', { yaw: 0.7 }, { yaw: 0 });
    expect(meanDifference(neutral, turned, head)).toBeGreaterThan(10);
    const nodding = await shot('pitch', { pitch: 0.4 }, { pitch: 0 });
    expect(meanDifference(neutral, nodding, head)).toBeGreaterThan(10);
  });

  test('shows other people, and one between two', async () => {
    const other = await shot('seed', { seed: 5 }, { seed: 1 });
    const between = await shot('mix', { seedB: 5, mix: 0.5 }, { mix: 0 });
    const whole = meanDifference(neutral, other, head);
    expect(whole).toBeGreaterThan(20);
    for (const end of [neutral, other]) {
      expect(meanDifference(end, between, head)).toBeGreaterThan(5);
      expect(meanDifference(end, between, head)).toBeLessThan(whole);
    }
    const again = await shot('again', {}, {});
    expect(meanDifference(neutral, again, head)).toBeLessThan(0.1);
  });

  test('hides what is behind it and is hidden by what is in front', async () => {
    const pictures = await rendered(sample.page);
    const front = await shot('box-front', { box: 'front' }, {});
    const behind = await shot('box-behind', { box: 'behind' }, { box: 'none' });
    expect(isGreen(front, middle)).toBe(true);
    expect(isGreen(behind, middle)).toBe(false);
    expect(meanDifference(neutral, behind, middle)).toBe(0);
    // A box is no reason to render the head again.
    expect(await rendered(sample.page)).toBe(pictures);
  });

  test('a box in the head shows where it comes out of the face, in either order of depth', async () => {
    const { page, screenshot } = sample;
    const inside = await shot('box-inside', { box: 'inside' }, {});
    // Skin between the eyes, box beside them.
    expect(isGreen(inside, middle)).toBe(false);
    expect(isGreen(inside, [264, 230, 280, 260]) || isGreen(inside, [360, 230, 376, 260])).toBe(true);
    const reverse = (on: boolean): Promise<void> =>
      page.evaluate((value) => {
        const { scene } = window.personalizedHead;
        scene!.getEngine().useReverseDepthBuffer = value;
        scene!.activeCamera!.getProjectionMatrix(true);
      }, on);
    await reverse(true);
    await set(page, {});
    expect(meanDifference(inside, await screenshot('orbit-reverse-depth'), [0, 0, 640, 480])).toBeLessThan(0.1);
    await reverse(false);
    await set(page, { box: 'none' });
  });

  test('stays with its own server and logs no errors', async () => {
    const urls = await sample.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    expect(urls.length).toBeGreaterThan(3);
    expect(urls.filter((url) => !url.startsWith(site) && !/^(blob|data):/.test(url))).toEqual([]);
    expect(sample.errors).toEqual([]);
  });
});

describe('orbit with sliders', () => {
  let sample: TestPage;
  let start: Screenshot;
  beforeAll(async () => {
    sample = await openPage(`${site}orbit.html?${plain}&size=48&samples=8`);
    await ready(sample.page);
    start = await sample.screenshot('orbit-sliders');
  });
  afterAll(() => sample.page.close());

  async function after(name: string, act: (page: Page) => Promise<void>): Promise<Screenshot> {
    const { page } = sample;
    const pictures = await rendered(page);
    await act(page);
    await page.waitForFunction((count) => window.personalizedHead.rendered > count, pictures);
    await set(page, {});
    return sample.screenshot(`orbit-${name}`);
  }

  test('a slider turns the head, and a drag the camera', async () => {
    const turned = await after('slider-yaw', async (page) => {
      await page.getByLabel('turn').focus();
      await page.keyboard.press('End');
    });
    expect(meanDifference(start, turned, head)).toBeGreaterThan(10);
    const orbited = await after('drag', async (page) => {
      await page.mouse.move(500, 300);
      await page.mouse.down();
      await page.mouse.move(560, 280, { steps: 3 });
      await page.mouse.up();
    });
    expect(meanDifference(turned, orbited, head)).toBeGreaterThan(3);
  });

  test('a head without a face is not shown', async () => {
    const { page, screenshot } = sample;
    const empty = await page.evaluate(async () => {
      const { head: shown } = window.personalizedHead;
      const { ws } = shown!;
      shown!.ws = null;
      const before = window.personalizedHead.frames;
      while (window.personalizedHead.frames < before + 5) await new Promise((resolve) => setTimeout(resolve, 10));
      return ws !== null;
    });
    expect(empty).toBe(true);
    expect(meanDifference(start, await screenshot('orbit-empty'), head)).toBeGreaterThan(10);
    await set(page, {});
  });

  test('a head that is disposed leaves its scene whole', async () => {
    const { page, errors } = sample;
    const left = await page.evaluate(async () => {
      const { head: shown, scene } = window.personalizedHead;
      shown!.dispose();
      shown!.dispose();
      await shown!.model.disposeAsync();
      const before = window.personalizedHead.frames;
      while (window.personalizedHead.frames < before + 5) await new Promise((resolve) => setTimeout(resolve, 10));
      return scene!.meshes.map(({ name }) => name).concat(scene!.materials.map(({ name }) => name));
    });
    expect(left.filter((name) => name.startsWith('head'))).toEqual([]);
    expect(meanDifference(start, await sample.screenshot('orbit-disposed'), head)).toBeGreaterThan(10);
    expect(errors).toEqual([]);
  });
});

test('a lost graphics device is replaced, and the head comes back as it was', async () => {
  const { page, screenshot } = await openPage(`${site}orbit.html?gui=0&${plain}&size=48&samples=8&smile=1`);
  await ready(page);
  const before = await screenshot('orbit-before-loss');
  await page.evaluate(async () => {
    const engine = window.personalizedHead.scene!.getEngine();
    const restored = new Promise((resolve) => engine.onContextRestoredObservable.addOnce(resolve));
    (engine as unknown as { readonly _device: GPUDevice })._device.destroy();
    await restored;
    const { head: shown } = window.personalizedHead;
    while (!shown!.showsImage) await new Promise((resolve) => setTimeout(resolve, 50));
    await window.personalizedHead.set({});
  });
  expect(meanDifference(before, await screenshot('orbit-after-loss'), [0, 0, 640, 480])).toBeLessThan(0.1);
  expect(await page.locator('#message.error').count()).toBe(0);
  await page.close();
});

test('the network may run on the device that draws, and gives the same face', async () => {
  const shots: Screenshot[] = [];
  for (const network of ['wasm', 'webgpu']) {
    const { page, errors, screenshot } = await openPage(
      `${site}orbit.html?gui=0&${plain}&size=48&samples=8&network=${network}`,
    );
    await ready(page);
    shots.push(await screenshot(`orbit-network-${network}`));
    expect(errors).toEqual([]);
    await page.close();
  }
  expect(meanDifference(shots[0]!, shots[1]!, [0, 0, 640, 480])).toBeLessThan(0.1);
});
