import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';

const small = { viewport: { width: 160, height: 160 }, touch: true };

let tab: TestPage;
beforeAll(async () => {
  const site = await serve(await buildSamples());
  tab = await openPage(`${site}game.html?time=0&others=0&image=0&channel=test`, small);
  await tab.page.evaluate(() => window.personalizedGame.ready);
}, buildTimeout);
afterAll(() => tab.page.close());

/** Time passes in a tab, one frame. */
const step = (page: Page, seconds: number): Promise<void> =>
  page.evaluate((time) => window.personalizedGame.advance(time, false), seconds);
const heard = (page: Page): Promise<number> => page.evaluate(() => window.personalizedGame.game!.friends.heard);
const hears = async (page: Page, more: number): Promise<void> => {
  await page.waitForFunction((count) => window.personalizedGame.game!.friends.heard >= count, more, { polling: 10 });
};
/** What is seen of the other tab's player: place and face. */
const friend = (page: Page) =>
  page.evaluate(() => {
    const [walker] = window.personalizedGame.game!.friends.walkers;
    const { x, z } = walker!.node.position;
    return { x, z, jaw: walker!.head!.expression.jawOpen!, caption: document.getElementById('caption')!.textContent };
  });

test('two tabs meet, and see each other walk and talk', async () => {
  const { page, errors } = tab;
  const [second] = await Promise.all([page.waitForEvent('popup'), page.click('button[name="join"]')]);
  second.setDefaultTimeout(600_000);
  await second.waitForFunction(() => 'personalizedGame' in window);
  await second.evaluate(() => window.personalizedGame.ready);
  await step(page, 0.04);
  await second.waitForFunction(() => window.personalizedGame.game!.friends.walkers.length === 1, undefined, {
    polling: 10,
  });
  // Who is seen is told by numbers here; drawing them takes most of the time.
  for (const each of [page, second]) {
    await each.evaluate(() => void (window.personalizedGame.scene!.activeCamera!.layerMask = 0));
  }
  await page.evaluate(() => {
    const { game } = window.personalizedGame;
    game!.act('talk');
    game!.autopilot = { speed: 1, heading: 0 };
    game!.me.drive!.drive({ expression: { jawOpen: 0.6 } });
  });
  const jaws: number[] = [];
  const captions = new Set<string | null>();
  for (let i = 0; i < 24; i++) {
    const before = await heard(second);
    await step(page, 0.04);
    await hears(second, before + 1);
    await step(second, 0.04);
    const { jaw, caption } = await friend(second);
    jaws.push(jaw);
    captions.add(caption);
  }
  const [x, z] = await page.evaluate(() => {
    const { position } = window.personalizedGame.game!.me.node;
    return [position.x, position.z] as const;
  });
  const seen = await friend(second);
  expect(Math.hypot(seen.x - x, seen.z - z)).toBeLessThan(0.25);
  expect(z).toBeGreaterThan(0.6);
  expect([...captions]).toContain('Hello!');
  // Driven to 0.6, in the time of an expression and the player's delay.
  expect(jaws.at(-1)).toBeGreaterThan(0.5);

  // What is no message, or carries no packet, changes nothing.
  const before = await heard(second);
  await page.evaluate(() => {
    const channel = new BroadcastChannel('personalized-head test');
    const good = { id: 'x', seed: 1, body: 'man', place: [0, 0, 0, 0], face: new Uint8Array(64), line: '' };
    for (const junk of [
      ...[null, 'hello', 7, [], {}, { ...good, place: [NaN, 0, 0, 0] }, { ...good, place: [1e9, 0, 0, 0] }],
      ...[
        { ...good, seed: 'a' },
        { ...good, body: 'horse' },
        { ...good, face: 'x' },
        { ...good, line: 3 },
      ],
    ]) {
      channel.postMessage(junk);
    }
  });
  await step(page, 0.04);
  await hears(second, before + 1);
  await step(second, 0);
  expect(await heard(second)).toBe(before + 1);
  expect((await friend(second)).jaw).toBeCloseTo(jaws.at(-1)!, 3);

  // Who falls silent is gone after a while.
  await step(second, 5);
  expect(await second.evaluate(() => window.personalizedGame.game!.friends.walkers.length)).toBe(0);
  expect(errors).toEqual([]);
  await second.close();
});

test('a finger, a gamepad and keys walk the player, and a file that is dropped is worn', async () => {
  const { page, errors } = tab;
  // The panel with its stick has to lie on the screen.
  await page.setViewportSize({ width: 360, height: 640 });
  await page.evaluate(() => (window.personalizedGame.game!.autopilot = null));
  /** Where the player is after so many tenths of a second. */
  const walked = (tenths: number) =>
    page.evaluate(async (count) => {
      const { me } = window.personalizedGame.game!;
      const from = me.node.position.clone();
      for (let i = 0; i < count; i++) await window.personalizedGame.advance(0.1, false);
      const { x, z } = me.node.position.subtract(from);
      return { right: x, ahead: z, speed: me.speed, gesture: me.gesturing };
    }, tenths);
  const stands = async (): Promise<void> => expect((await walked(10)).speed).toBe(0);

  await stands();
  // The camera stands behind the player and looks along +z.
  const stick = (await page.locator('#stick').boundingBox())!;
  const finger = await page.context().newCDPSession(page);
  const [x, y] = [stick.x + stick.width / 2, stick.y + stick.height / 2];
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  await finger.send('Input.dispatchTouchEvent', {
    type: 'touchMove',
    touchPoints: [{ x, y: y - 0.35 * stick.height }],
  });
  const touched = await walked(10);
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect(touched.ahead).toBeGreaterThan(0.4);
  expect(Math.abs(touched.right)).toBeLessThan(0.02);
  expect(touched.speed).toBeGreaterThan(0.6);
  expect(touched.speed).toBeLessThan(1.35);
  await stands();

  /** A gamepad with its left stick held so, and buttons pressed. */
  const hold = (axes: readonly number[], buttons: readonly number[]): Promise<void> =>
    page.evaluate(
      ([held, down]) => {
        const pressed = Array.from({ length: 17 }, (_, i) => ({ pressed: down.includes(i) }));
        const pad = { connected: true, axes: held, buttons: pressed };
        navigator.getGamepads = () => [null, pad as unknown as Gamepad, null, null];
      },
      [axes, buttons] as const,
    );
  await hold([0.9, 0.1, 0, 0], []);
  const padded = await walked(6);
  expect(padded.right).toBeGreaterThan(0.4);
  expect(Math.abs(padded.ahead)).toBeLessThan(0.2);
  await hold([0.9, 0.1, 0, 0], [7]);
  expect((await walked(8)).speed).toBeGreaterThan(2.3);
  // Sticks that are nearly in the middle are.
  await hold([0.1, -0.1, 0, 0], []);
  await stands();
  await hold([0, 0, 0, 0], [0]);
  expect((await walked(2)).gesture).toBe('wave');
  // Held, it waves once.
  await walked(30);
  expect((await walked(1)).gesture).toBeNull();
  await hold([0, 0, 0, 0], []);

  await page.keyboard.down('ArrowUp');
  await page.keyboard.down('ShiftLeft');
  expect((await walked(10)).speed).toBeGreaterThan(2.5);
  await page.keyboard.up('ShiftLeft');
  await page.keyboard.up('ArrowUp');
  await stands();

  const drop = (name: string, bytes: Uint8Array): Promise<void> =>
    page.evaluate(
      ([file, base64]) => {
        const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([data], file));
        for (const type of ['dragover', 'drop']) {
          const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector('canvas')!.dispatchEvent(event);
        }
      },
      [name, Buffer.from(bytes).toString('base64')] as const,
    );
  const worn = (): Promise<string> => page.evaluate(() => window.personalizedGame.game!.me.head!.name);
  const before = await worn();
  await drop('broken.head', Uint8Array.of(1, 2, 3));
  await page.waitForFunction(() => document.getElementById('message')!.textContent.includes('broken'), undefined, {
    polling: 10,
  });
  expect(await worn()).toBe(before);
  await drop('mara.head', await readFile('assets/people/mara.head'));
  await page.waitForFunction(() => window.personalizedGame.game!.me.head?.name === 'mara', undefined, { polling: 10 });
  expect(await page.evaluate(() => document.getElementById('message')!.hidden)).toBe(true);
  const heads = await page.evaluate(
    () =>
      window.personalizedGame.scene!.meshes.filter(
        (mesh) => 'personalizedHead' in ((mesh.metadata as object | null) ?? {}),
      ).length,
  );
  expect(heads).toBe(1);
  expect(errors).toEqual([]);
});
