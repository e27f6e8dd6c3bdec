import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openPage, serve } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';

const small = { viewport: { width: 160, height: 160 } };

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

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
  const { page, errors } = await openPage(`${site}game.html?time=0&others=0&image=0&channel=test`, small);
  await page.evaluate(() => window.personalizedGame.ready);
  const [second] = await Promise.all([page.waitForEvent('popup'), page.click('button[name="join"]')]);
  second.setDefaultTimeout(600_000);
  await second.waitForFunction(() => 'personalizedGame' in window);
  await second.evaluate(() => window.personalizedGame.ready);
  await step(page, 0.04);
  await second.waitForFunction(() => window.personalizedGame.game!.friends.walkers.length === 1, undefined, {
    polling: 10,
  });
  // Who is seen is told by numbers here; drawing them takes most of the time.
  for (const tab of [page, second]) {
    await tab.evaluate(() => void (window.personalizedGame.scene!.activeCamera!.layerMask = 0));
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
  await page.close();
});
