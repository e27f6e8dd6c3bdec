// Not in npm test: it follows a film in real time, which a busy machine could spoil. By hand, after npm test has made the
// machine ready:
// node --experimental-vm-modules node_modules/jest/bin/jest.js --testMatch '**/mirror.manual.ts'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FaceClip } from '../../personalize/index.js';
import { openPage, serve, useFakeCamera, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { filmOfHead, y4m, type FilmView } from './film.js';

/** What somebody does before the camera, over and over, so many seconds each: the machine may be slow. */
const hold = 5;
const acted: readonly FilmView[] = [
  { yaw: 0, pitch: 0 },
  { yaw: 0, pitch: 0, amounts: { jawOpen: 0.8 } },
  { yaw: 0, pitch: 0, amounts: { smile: 1 } },
  { yaw: -18, pitch: 0 },
];

let folder: string;
let site: string;
let sample: TestPage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mirror-'));
  const film = join(folder, 'film.y4m');
  const frames = await filmOfHead(acted);
  writeFileSync(
    film,
    y4m(
      frames.flatMap((frame) => Array(hold).fill(frame) as typeof frames),
      1,
    ),
  );
  useFakeCamera(film);
  site = await serve(await buildSamples());
  sample = await openPage('about:blank');
  await sample.page.setViewportSize({ width: 390, height: 844 });
  await sample.page.goto(`${site}mirror.html?size=64&samples=8`);
  await sample.page.evaluate(() => window.personalizedMirror.ready);
}, buildTimeout);
afterAll(async () => {
  await sample.page.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly jawOpen: number;
  readonly smile: number;
  readonly yaw: number;
  /** Of the head on the screen. */
  readonly head: { readonly jawOpen: number; readonly left: number; readonly right: number; readonly yaw: number };
}

/** The face that was read last. */
const seen = (): Promise<Seen | null> =>
  sample.page.evaluate(() => {
    const { last, head } = window.personalizedMirror.mirror!;
    if (!last) return null;
    const { jawOpen = 0, mouthSmileLeft = 0, mouthSmileRight = 0 } = last.amounts;
    const { expression, pose } = head;
    return {
      jawOpen,
      smile: (mouthSmileLeft + mouthSmileRight) / 2,
      yaw: last.turn.yaw,
      head: {
        jawOpen: expression.jawOpen!,
        left: expression.mouthSmileLeft! - mouthSmileRight,
        right: expression.mouthSmileRight! - mouthSmileLeft,
        yaw: pose.yaw,
      },
    };
  });

/** Waits for the film to come there; jest's limit ends it where it never does. */
async function until(there: (face: Seen) => boolean): Promise<Seen> {
  for (;;) {
    const face = await seen();
    if (face && there(face)) return face;
    await sample.page.waitForTimeout(100);
  }
}

const mouthAtRest = ({ jawOpen, smile }: Seen): boolean => jawOpen < 0.25 && smile < 0.25;
const button = (name: string) => sample.page.getByRole('button', { name });
const ahead = ({ yaw }: Seen): boolean => Math.abs(yaw) < 0.12;

describe('mirror', () => {
  test('a head does what the camera sees, mirrored, from the user’s own face at rest on', async () => {
    const { page, screenshot } = sample;
    await button('Turn the camera on').focus();
    await page.keyboard.press('Enter');
    await until((face) => face.jawOpen > 0.4);
    // The film begins anew after the turn.
    await until((face) => Math.abs(face.yaw) > 0.17);
    await until((face) => ahead(face) && mouthAtRest(face));
    await button('This is my face at rest').click();
    await page.waitForFunction(() => window.personalizedMirror.mirror!.calibrated);
    expect(await page.textContent('#status')).toMatch(/^The head moves as you do/);

    // From rest on: an open mouth that is the newest face read would not be recorded.
    await until((face) => ahead(face) && mouthAtRest(face));
    await button('Record').click();
    const open = await until((face) => face.jawOpen > 0.5);
    await page.waitForFunction(() => window.personalizedMirror.mirror!.head.expression.jawOpen! > 0.5);
    expect(open.smile).toBeLessThan(0.5);
    await screenshot('mirror-open');
    const smiling = await until((face) => face.smile > 0.5 && face.jawOpen < 0.4);
    expect(Math.abs(smiling.head.left)).toBeLessThan(0.02);
    expect(Math.abs(smiling.head.right)).toBeLessThan(0.02);
    await screenshot('mirror-smile');
    const turned = await until((face) => Math.abs(face.yaw) > 0.2);
    expect(Math.abs(turned.yaw)).toBeLessThan(0.4); // 18 degrees: 0.314
    expect(turned.head.yaw).toBeCloseTo(-turned.yaw, 2);
    await screenshot('mirror-turned');
    await until((face) => ahead(face) && mouthAtRest(face));
    await button('Stop').click();
    expect(await page.textContent('#status')).toMatch(/^Recorded \d+\.\d s\. Play it, or save it\./);
  });

  test('what was recorded is saved as a clip and as an animation group, and played', async () => {
    const { page } = sample;
    const [download] = await Promise.all([page.waitForEvent('download'), button('Save clip').click()]);
    expect(download.suggestedFilename()).toBe('me.clip.json');
    const clip = JSON.parse(readFileSync(await download.path(), 'utf8')) as FaceClip;
    const jaw = clip.names.indexOf('jawOpen');
    expect(Math.max(...clip.frames.map((row) => row[jaw]!))).toBeGreaterThan(0.5);
    expect(Math.max(...clip.turns.map(([yaw]) => Math.abs(yaw!)))).toBeGreaterThan(0.18);
    const [group] = await Promise.all([page.waitForEvent('download'), button('Save for Babylon').click()]);
    const { targetedAnimations } = JSON.parse(readFileSync(await group.path(), 'utf8')) as {
      targetedAnimations: { animation: { property: string } }[];
    };
    expect(new Set(targetedAnimations.map(({ animation }) => animation.property))).toEqual(
      new Set(['influence', 'rotationQuaternion']),
    );
    await button('Turn the camera off').click();
    expect(await page.evaluate(() => document.querySelector('video')!.srcObject)).toBeNull();
    await button('Play').click();
    await page.waitForFunction(() => window.personalizedMirror.mirror!.head.expression.jawOpen! > 0.4);
    await button('Stop').click();
    expect(sample.errors).toEqual([]);
  });
});
