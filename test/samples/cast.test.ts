import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPage, serve, type Screenshot, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { meanColor, meanDifference, type Area } from './pixels.js';

/** Small and coarse: the software adapter computes about one GFLOP a second. */
const small = 'size=64&samples=8';

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

/** What each person shows, and where on the screen their head is: middle and half a head's height, pixels. */
interface Seen {
  readonly x: number;
  readonly y: number;
  readonly half: number;
  readonly yaw: number;
  readonly jawOpen: number;
  readonly smile: number;
  /** Is it the neural image that shows? */
  readonly image: boolean;
}

describe('cast', () => {
  let sample: TestPage;
  let start: Screenshot;

  const advance = (seconds: number): Promise<void> =>
    sample.page.evaluate((time) => window.personalizedCast.advance(time), seconds);
  const people = (): Promise<Seen[]> =>
    sample.page.evaluate(() => {
      const { scene, cast } = window.personalizedCast;
      const matrix = scene!.getTransformMatrix().m;
      const canvas = scene!.getEngine().getRenderingCanvas()!;
      return cast!.people.map(({ head }) => {
        const { x, y, z } = head.position;
        const row = (i: number, dy: number): number =>
          x * matrix[i]! + (y + dy) * matrix[i + 4]! + z * matrix[i + 8]! + matrix[i + 12]!;
        const pixelY = (dy: number): number => ((1 - row(1, dy) / row(3, dy)) / 2) * canvas.clientHeight;
        return {
          x: ((1 + row(0, 0) / row(3, 0)) / 2) * canvas.clientWidth,
          y: pixelY(0),
          half: pixelY(0) - pixelY(0.2),
          yaw: head.pose.yaw,
          jawOpen: head.expression.jawOpen!,
          smile: head.expression.mouthSmileLeft!,
          image: head.texture !== null,
        };
      });
    });
  /** The face's part between two heights, 1: the brow's side, -1: the chin's. */
  const part = ({ x, y, half }: Seen, from: number, to: number): Area => [
    Math.round(x - half / 2),
    Math.round(y - from * half),
    Math.round(x + half / 2),
    Math.round(y - to * half),
  ];

  beforeAll(async () => {
    sample = await openPage(`${site}cast.html?time=0&${small}`);
    await sample.page.evaluate(() => window.personalizedCast.ready);
    // Until they have turned to the visitor.
    await advance(1.5);
    start = await sample.screenshot('cast-start');
  });
  afterAll(() => sample.page.close());

  test('shows eight faces, no two alike, before a wall', async () => {
    const seen = await people();
    expect(seen).toHaveLength(8);
    const faces = seen.map((person) => meanColor(start, part(person, 0.4, -0.4)));
    for (const [red, green, blue] of faces) {
      expect(red).toBeGreaterThan(green! + 10);
      expect(green).toBeGreaterThan(blue!);
    }
    expect(new Set(faces.map((face) => face.map(Math.round).join())).size).toBe(8);
    expect(seen.map(({ image }) => image)).toEqual(Array(8).fill(true));
  });

  test('one speaks when clicked, with a caption, and the others listen', async () => {
    const before = await people();
    const speaker = before[1]!;
    await sample.page.mouse.click(speaker.x, speaker.y);
    await advance(0);
    // "Look a", wide open.
    await advance(0.39);
    const seen = await people();
    expect(seen[1]!.jawOpen).toBeGreaterThan(0.4);
    expect(seen.filter(({ jawOpen }) => jawOpen > 0)).toHaveLength(1);
    const shot = await sample.screenshot('cast-speaking');
    const mouth = (person: Seen): number => meanDifference(start, shot, part(person, -0.2, -0.8));
    const [spoken, ...listening] = [mouth(before[1]!), mouth(before[0]!), mouth(before[2]!)];
    expect(spoken).toBeGreaterThan(Math.max(...listening));
    const caption = sample.page.getByRole('status').filter({ hasText: /\w/ });
    expect(await caption.textContent()).toMatch(/^Look a/);
  });

  test('buttons make all talk at once and give all the same mood; a meter tells what it takes', async () => {
    await sample.page.getByRole('button', { name: 'all at once' }).click();
    const speaking = await sample.page.evaluate(() =>
      window.personalizedCast.cast!.people.map(({ speech }) => speech.isSpeaking),
    );
    expect(speaking).toEqual(Array(8).fill(true));
    expect(await sample.page.textContent('#caption')).toBe('Everybody talks at once.');
    await sample.page.getByRole('button', { name: 'happy' }).focus();
    await sample.page.keyboard.press('Enter');
    await advance(2);
    const seen = await people();
    expect(Math.min(...seen.map(({ smile }) => smile))).toBeGreaterThan(0.5);
    expect(await sample.page.textContent('#frames')).toMatch(
      /^\d+ frames a second, longest \d+ ms, thread [\d.]+ ms; (\d × \d+³(, )?)+; \d+ MB$/,
    );
    const shot = await sample.screenshot('cast-happy');
    for (const person of seen) expect(meanDifference(start, shot, part(person, 0, -0.9))).toBeGreaterThan(1);
  });

  test('all follow the visitor with head and eyes', async () => {
    await sample.page.evaluate(() => {
      const camera = window.personalizedCast.scene!.activeCamera as unknown as { alpha: number };
      camera.alpha += 0.5;
    });
    await advance(1);
    const right = await people();
    // The visitor went to the people's own left.
    expect(Math.min(...right.map(({ yaw }) => yaw))).toBeGreaterThan(-0.05);
    expect(right.reduce((sum, { yaw }) => sum + yaw, 0) / 8).toBeGreaterThan(0.15);
    await sample.screenshot('cast-from-the-side');
  });

  test('logs no errors', () => expect(sample.errors).toEqual([]));
});
