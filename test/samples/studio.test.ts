import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { encodePerson } from '../../runtime/checkpoint/person/person.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import { openPage, serve, type Screenshot, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { maxDifference, meanColor, meanDifference, type Area } from './pixels.js';

/** Small and coarse: the software adapter computes about one GFLOP a second. */
const query = 'time=0&keys=0&size=64&samples=8';
/** The scene without what lies over it: what two pictures of the same scene must have in common. */
const view: Area = [0, 60, 395, 400];

/** Somebody whose looks are the base's mean face. */
async function meanPerson(): Promise<Uint8Array> {
  const path = fileURLToPath(new URL('../../assets/base.safetensors', import.meta.url));
  const base = await readBase(bytesSource(new Uint8Array(readFileSync(path))));
  const { data } = [...base.tensors].find(([name]) => name.endsWith('mapping.w_avg'))![1];
  return encodePerson({
    baseHash: base.hash,
    convention: 'standard',
    alpha: 1,
    tensors: new Map([
      ['anchors', { dims: [1, 1, data.length], data }],
      ['neutral', { dims: [data.length], data }],
    ]),
    metadata: new Map(),
  });
}

let site: string;
let folder: string;
let person: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'studio-'));
  person = await meanPerson();
  writeFileSync(join(folder, 'alice.head'), person);
  site = await serve(await buildSamples());
}, buildTimeout);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('studio', () => {
  let sample: TestPage;
  let start: Screenshot;

  async function open(search: string): Promise<void> {
    await sample.page.goto(`${site}studio.html?${search}`);
    await sample.page.evaluate(() => window.personalizedStudio.ready);
  }
  /** Renders what changed, and takes a picture. */
  async function shoot(name: string): Promise<Screenshot> {
    await sample.page.evaluate(() => window.personalizedStudio.render());
    return sample.screenshot(`studio-${name}`);
  }
  const state = () =>
    sample.page.evaluate(() => {
      const { heads, head, timeline } = window.personalizedStudio.studio!;
      return {
        names: heads.map(({ name }) => name),
        /** Whose neural image shows. */
        images: heads.filter(({ texture }) => texture !== null).length,
        selected: head.name,
        smile: head.smile,
        yaw: head.pose.yaw,
        x: head.position.x,
        frames: [...timeline.frames],
        frame: timeline.frame,
        playing: timeline.playing,
      };
    });
  /** Where a control of the desk is on the page. */
  async function controlAt(name: string): Promise<{ x: number; y: number; width: number; height: number }> {
    return (await sample.page.locator(`#desk [name="${name}"]`).boundingBox())!;
  }
  /** @param along where on a slider, 0..1 */
  async function press(name: string, along = 0.5): Promise<void> {
    const { x, y, width, height } = await controlAt(name);
    await sample.page.mouse.click(x + along * width, y + height / 2);
  }
  /** The pointer's way to a frame on the ruler, whose thumb is 16 pixels wide. */
  async function frameAt(frame: number): Promise<readonly [number, number]> {
    const { x, y, width, height } = await controlAt('frame');
    return [x + 8 + (frame / 90) * (width - 16), y + height / 2];
  }
  async function scrubTo(frame: number): Promise<void> {
    await sample.page.mouse.click(...(await frameAt(frame)));
  }
  /** Where a point beside the edited head's middle is on the page, world units. */
  const headAt = (dx: number, dy: number): Promise<readonly [number, number]> =>
    sample.page.evaluate(
      ([right, up]) => {
        const { head, scene } = window.personalizedStudio.studio!;
        const m = scene.getTransformMatrix().m;
        const { clientWidth, clientHeight } = scene.getEngine().getRenderingCanvas()!;
        const [x, y, z] = [head.position.x + right, head.position.y + up, head.position.z];
        const row = (i: number): number => x * m[i]! + y * m[i + 4]! + z * m[i + 8]! + m[i + 12]!;
        return [((1 + row(0) / row(3)) / 2) * clientWidth, ((1 - row(1) / row(3)) / 2) * clientHeight] as const;
      },
      [dx, dy] as const,
    );
  /** Part of the edited head's face. */
  async function part(halfWidth: number, from: number, to: number): Promise<Area> {
    const [left, top] = await headAt(-halfWidth, from);
    const [right, bottom] = await headAt(halfWidth, to);
    return [Math.round(left), Math.round(top), Math.round(right), Math.round(bottom)];
  }
  const mouth = (): Promise<Area> => part(0.09, -0.06, -0.14);
  const brow = (): Promise<Area> => part(0.08, 0.14, 0.08);
  const message = (): Promise<string | null> =>
    sample.page.$eval('#message', (element) => ((element as HTMLElement).hidden ? null : element.textContent));
  /** Until they are there, or a message says why not. */
  async function twoHeads(): Promise<void> {
    await sample.page.waitForFunction(
      () =>
        window.personalizedStudio.studio!.heads.length === 2 ||
        document.querySelector('#message.error:not([hidden])') !== null,
    );
    expect(await message()).toBeNull();
  }
  /** As a user drops files from a folder onto the canvas. */
  async function drop(name: string, bytes: Uint8Array): Promise<void> {
    await sample.page.evaluate(
      ([fileName, data]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(data)], fileName));
        const place = { clientX: 200, clientY: 150, bubbles: true, cancelable: true };
        document.querySelector('canvas')!.dispatchEvent(new DragEvent('drop', { dataTransfer, ...place }));
      },
      [name, [...bytes]] as const,
    );
  }

  beforeAll(async () => {
    sample = await openPage('about:blank');
    await open(query);
    start = await sample.screenshot('studio-start');
  });
  afterAll(() => sample.page.close());

  test('shows a head before a wall', async () => {
    expect(await state()).toMatchObject({ names: ['somebody'], images: 1, frames: [0], frame: 0 });
    const [red, green, blue] = meanColor(start, await brow());
    expect(red).toBeGreaterThan(green! + 15);
    expect(green).toBeGreaterThan(blue!);
    const wall = meanColor(start, [20, 80, 120, 200]);
    expect(Math.max(...wall) - Math.min(...wall)).toBeLessThan(12);
  });

  test('a slider moves the mouth, and little else', async () => {
    await press('smile', 0.9);
    const shot = await shoot('smile');
    expect((await state()).smile).toBeGreaterThan(0.8);
    const moved = meanDifference(start, shot, await mouth());
    expect(moved).toBeGreaterThan(3);
    expect(meanDifference(start, shot, await brow())).toBeLessThan(moved / 2);
    await press('smile', 0.01);
    expect((await state()).smile).toBe(0);
  });

  test('Babylon’s Inspector shows and sets the head that is edited', async () => {
    const { page } = sample;
    // Room for the Inspector beside the picture.
    await page.setViewportSize({ width: 1000, height: 480 });
    await press('inspector');
    const pane = page.locator('#babylon-inspector-container');
    for (const name of ['Identity', 'Expression', 'Pose', 'Quality', 'Stats']) {
      await pane.getByRole('button', { name, exact: true }).waitFor();
    }
    const before = await shoot('inspector');
    // The section's line, not the one that Babylon adds for `inspectableCustomProperties` at the pane's end. The Inspector wraps
    // the whole page, so that the desk's own slider is in the container too.
    const outsideDesk = page.locator(':not(#desk *)');
    const label = pane.getByText('smile', { exact: true }).and(outsideDesk).first();
    const slider = label.locator('xpath=ancestor::*[.//input[@type="range"]][1]').locator('input[type="range"]');
    await slider.focus();
    await page.keyboard.press('End');
    expect((await state()).smile).toBe(1);
    expect(meanDifference(before, await shoot('inspector-smile'), await mouth())).toBeGreaterThan(3);
    // It follows what is set elsewhere.
    await page.evaluate(() => (window.personalizedStudio.studio!.head.smile = 0));
    await page.waitForFunction((input) => (input as HTMLInputElement).value === '0', await slider.elementHandle());
    await press('inspector');
    await pane.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 640, height: 480 });
    expect(maxDifference(start, await shoot('inspector-closed'), view)).toBeLessThanOrEqual(2);
  });

  test('keeps a smile at frames 0, 15 and 30 that is the static smile', async () => {
    for (const [frame, amount] of [
      [15, 0.35],
      [30, 0.9],
    ] as const) {
      await scrubTo(frame);
      await press('smile', amount);
      await press('add key');
    }
    expect((await state()).frames).toEqual([0, 15, 30]);
    const seen: { smile: number; shot: Screenshot }[] = [];
    const look = async (frame: number): Promise<void> => {
      await scrubTo(frame);
      const shot = await shoot(`frame-${frame}`);
      const { frame: at, smile } = await state();
      expect(at).toBe(frame);
      seen.push({ smile, shot });
    };
    for (const frame of [0, 15, 30]) await look(frame);
    // Without its key, frame 15 is half way.
    await scrubTo(15);
    await press('remove key');
    await look(15);
    const smiles = seen.map(({ smile }) => smile);
    expect(smiles[0]).toBe(0);
    expect(smiles[1]).toBeLessThan(0.45);
    expect(smiles[2]).toBeGreaterThan(0.8);
    expect(smiles[3]).toBeCloseTo(smiles[2]! / 2, 5);
    await scrubTo(90);
    for (const { smile, shot } of seen) {
      await sample.page.evaluate((amount) => (window.personalizedStudio.studio!.head.smile = amount), smile);
      expect(maxDifference(shot, await shoot('static'), view)).toBeLessThanOrEqual(2);
    }
    expect(meanDifference(seen[0]!.shot, seen[2]!.shot, await mouth())).toBeGreaterThan(3);
  });

  test('plays, stops and scrubs', async () => {
    await scrubTo(0);
    const before = await shoot('before-play');
    await press('play');
    for (let i = 0; i < 4; i++) await sample.page.evaluate(() => window.personalizedStudio.render());
    const running = await state();
    expect(running.playing).toBe(true);
    expect(running.frame).toBeGreaterThan(5);
    await press('play');
    const stopped = await state();
    expect(stopped).toMatchObject({ playing: false, frame: Math.round(running.frame) });
    expect(meanDifference(before, await shoot('after-play'), await mouth())).toBeGreaterThan(0.3);
    const [from, to] = [await frameAt(20), await frameAt(70)];
    await sample.page.mouse.move(...from);
    await sample.page.mouse.down();
    expect((await state()).frame).toBe(20);
    await sample.page.mouse.move(...to, { steps: 3 });
    await sample.page.mouse.up();
    await sample.page.mouse.move(...from);
    expect((await state()).frame).toBe(70);
  });

  test('the gizmo moves a head', async () => {
    await press('move');
    await shoot('gizmo');
    const before = await state();
    const [x, y] = await headAt(0.12, 0);
    await sample.page.mouse.move(x, y);
    await sample.page.mouse.down();
    for (const share of [0.2, 0.6, 1]) {
      await sample.page.mouse.move(x - 60 * share, y);
      await sample.page.evaluate(() => window.personalizedStudio.render());
    }
    await sample.page.mouse.up();
    await press('move');
    const moved = await state();
    expect(before.x - moved.x).toBeGreaterThan(0.05);
    const shot = await shoot('moved');
    expect(meanColor(shot, await brow())[0]).toBeGreaterThan(120);
  });

  test('a dropped head joins the scene; a click chooses who is edited', async () => {
    const alone = await shoot('alone');
    await drop('broken.head', new TextEncoder().encode('no head'));
    await sample.page.waitForSelector('#message.error:not([hidden])');
    const texts = sample.page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const line = document.getElementById('message')!;
          const seen: string[] = [];
          new MutationObserver(() => {
            seen.push(line.textContent);
            if (line.hidden) resolve(seen);
          }).observe(line, { attributes: true, childList: true });
        }),
    );
    await drop('alice.head', person);
    await twoHeads();
    // It takes the error's place at once.
    expect((await texts)[0]).toMatch(/^Opening alice\.head/);
    const both = await shoot('both');
    expect(await state()).toMatchObject({
      names: ['somebody', 'alice'],
      images: 2,
      selected: 'alice',
      frames: [0],
    });
    // Below the sliders.
    const face = await part(0.06, -0.13, -0.21);
    const [red, , blue] = meanColor(both, face);
    expect(red).toBeGreaterThan(blue! + 20);
    expect(meanDifference(alone, both, face)).toBeGreaterThan(10);
    await sample.page.evaluate(() => {
      const { studio } = window.personalizedStudio;
      studio!.select(studio!.heads[0]!);
    });
    const place = await headAt(0, 0);
    await sample.page.evaluate(() => {
      const { studio } = window.personalizedStudio;
      studio!.select(studio!.heads[1]!);
    });
    await sample.page.mouse.click(...place);
    expect((await state()).selected).toBe('somebody');
  });

  test('a broken file is refused, with a message, and the scene stays', async () => {
    const before = await shoot('before-broken');
    for (const [name, text] of [
      ['broken.head', 'no head'],
      ['photo.jpg', 'no head either'],
      ['broken.babylon', '{ "meshes": ['],
      ['empty.babylon', '{}'],
    ] as const) {
      await drop(name, new TextEncoder().encode(text));
      await sample.page.waitForSelector('#message.error:not([hidden])');
      expect(await message()).toContain(name);
      expect(await state()).toMatchObject({ names: ['somebody', 'alice'], images: 2 });
      await sample.page.mouse.click(30, 300);
      expect(await message()).toBeNull();
    }
    expect(maxDifference(before, await shoot('after-broken'), view)).toBeLessThanOrEqual(2);
  });

  test('a saved scene comes back in a new page, with its heads and keys', async () => {
    const before = await state();
    const [download] = await Promise.all([sample.page.waitForEvent('download'), press('save')]);
    expect(download.suggestedFilename()).toBe('studio.babylon');
    const scene = join(folder, 'studio.babylon');
    await download.saveAs(scene);
    expect(readFileSync(scene).length).toBeLessThan(2_000_000);
    const shot = await shoot('saved');

    await open(query.replace('keys=0', 'seed=5'));
    const [chooser] = await Promise.all([sample.page.waitForEvent('filechooser'), press('open')]);
    await chooser.setFiles([scene, join(folder, 'alice.head')]);
    await twoHeads();
    const again = await shoot('opened');
    expect(await state()).toEqual({ ...before, selected: 'somebody' });
    expect(maxDifference(shot, again, view)).toBeLessThanOrEqual(2);
    await scrubTo(15);
    expect((await state()).smile).toBeCloseTo(0.45, 1);
  });

  test('a head is removed with its keys and shoulders, but not the last one', async () => {
    const count = () =>
      sample.page.evaluate(() => {
        const { meshes, animationGroups, transformNodes } = window.personalizedStudio.studio!.scene;
        return [meshes.length, animationGroups.length, transformNodes.length];
      });
    const [meshes, groups, nodes] = await count();
    await press('remove');
    // Its mesh, the quad of its image, and its shoulders.
    expect(await state()).toMatchObject({ names: ['alice'], images: 1, selected: 'alice' });
    expect(await count()).toEqual([meshes! - 3, groups! - 1, nodes! / 2]);
    const alone = await shoot('removed');
    const [red, , blue] = meanColor(alone, await part(0.06, -0.13, -0.21));
    expect(red).toBeGreaterThan(blue! + 20);
    await press('remove');
    expect(await message()).toContain('only head');
    expect((await state()).names).toEqual(['alice']);
    await sample.page.mouse.click(30, 300);
  });

  test('logs no errors', () => expect(sample.errors).toEqual([]));
});
