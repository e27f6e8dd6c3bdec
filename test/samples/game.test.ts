import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPage, serve, type Screenshot, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';

/** A processor that plays the graphics device draws few pixels a second. */
const small = { viewport: { width: 160, height: 160 } };

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

type Pixel = readonly [number, number];

/** Of the page's sky, 0..255. */
const sky = [143, 178, 201] as const;
const isSky = (shot: Screenshot, x: number, y: number): boolean => {
  const pixel = shot.pixel(Math.round(x), Math.round(y));
  return sky.every((value, c) => Math.abs(value - pixel[c]!) < 12);
};

/** Where in a row something stands before the sky, from a column to another. */
function runs(shot: Screenshot, y: number, from: number, to: number): { from: number; length: number }[] {
  const found: { from: number; length: number }[] = [];
  for (let x = Math.round(from); x <= to; x++) {
    if (isSky(shot, x, y)) continue;
    const last = found.at(-1);
    if (last && last.from + last.length === x) last.length++;
    else found.push({ from: x, length: 1 });
  }
  return found;
}

/** A head before the sky: the middle of its columns and its uppermost row, at least down to `at`. */
function headIn(shot: Screenshot, [cx, cy]: Pixel, metre: number): { x: number; top: number; area: number } {
  let [x, area, top] = [0, 0, Infinity];
  for (let v = Math.round(cy - 0.25 * metre); v <= cy; v++) {
    const row = runs(shot, v, cx - 0.2 * metre, cx + 0.2 * metre).filter(({ length }) => length > 2);
    if (row.length > 0) top = Math.min(top, v);
    for (const { from, length } of row) {
      x += length * (from + (length - 1) / 2);
      area += length;
    }
  }
  return { x: x / area, top, area };
}

describe('heads on bodies', () => {
  let sample: TestPage;

  const advance = (seconds: number): Promise<void> =>
    sample.page.evaluate((time) => window.personalizedGame.advance(time), seconds);
  /** Where the head's middle is by its bone, as it was when first asked, on the screen; and a metre's length there. */
  const byBone = (): Promise<{ at: Pixel; metre: number }> =>
    sample.page.evaluate(() => {
      const { scene, game } = window.personalizedGame;
      const head = game!.me.head!;
      const bone = game!.me.node.getDescendants(false).find(({ name }) => name === 'mixamorig:Head')!;
      const kept = window as unknown as { heldByBone?: number[] };
      const world = bone.computeWorldMatrix(true);
      if (!kept.heldByBone) {
        const local = head.computeWorldMatrix(true).multiply(world.clone().invert());
        kept.heldByBone = [local.m[12]!, local.m[13]!, local.m[14]!];
      }
      const through = (m: ArrayLike<number>, p: readonly number[]): number[] =>
        [0, 1, 2, 3].map((i) => p[0]! * m[i]! + p[1]! * m[4 + i]! + p[2]! * m[8 + i]! + m[12 + i]!);
      const canvas = scene!.getEngine().getRenderingCanvas()!;
      const project = (p: readonly number[]): [number, number] => {
        const [x, y, , w] = through(scene!.getTransformMatrix().m, p) as [number, number, number, number];
        return [((1 + x / w) / 2) * canvas.clientWidth, ((1 - y / w) / 2) * canvas.clientHeight];
      };
      const middle = through(world.m, kept.heldByBone);
      const [at, below] = [project(middle), project([middle[0]!, middle[1]! - 0.1, middle[2]!])];
      return { at, metre: 10 * (below[1] - at[1]) };
    });
  /** Turns the camera about the player's head, level with it. */
  const look = async (alpha: number, radius = 1.2): Promise<void> => {
    await sample.page.evaluate(
      ([angle, away]) => {
        const { scene, game } = window.personalizedGame;
        const camera = scene!.activeCamera as unknown as Record<'alpha' | 'beta' | 'radius', number> & {
          target: { set(x: number, y: number, z: number): void };
        };
        const { x, z } = game!.me.node.position;
        Object.assign(camera, { alpha: angle, beta: 1.6, radius: away });
        camera.target.set(x, 1.42, z);
      },
      [alpha, radius] as const,
    );
    await advance(0);
  };
  const front = Math.PI / 2;

  beforeAll(async () => {
    sample = await openPage(`${site}game.html?time=0&others=1&seed=12&body=woman&size=64&samples=8`, small);
    await sample.page.evaluate(() => window.personalizedGame.ready);
    await sample.page.evaluate(() => {
      const { scene, game } = window.personalizedGame;
      game!.cameraStays = true;
      // Nothing is behind them but sky.
      for (const mesh of scene!.meshes) if (/^(block|ground|square)/.test(mesh.name)) mesh.setEnabled(false);
      game!.others[0]!.node.setEnabled(false);
      document.getElementById('controls')!.hidden = true;
      document.getElementById('caption')!.style.display = 'none';
    });
  });
  afterAll(() => sample.page.close());

  test('have one neck and no gap from four sides', async () => {
    for (const [name, alpha] of [
      ['front', front],
      ['left', Math.PI],
      ['back', -front],
      ['right', 0],
    ] as const) {
      await look(alpha);
      const shot = await sample.screenshot(`game-${name}`);
      const { at, metre } = await byBone();
      let thinnest = Infinity;
      // From the middle of the face down to the shirt; shoulders are farther aside.
      for (let down = 0; down < 0.2; down += 0.5 / metre) {
        const row = runs(shot, at[1] + down * metre, at[0] - 0.09 * metre, at[0] + 0.09 * metre);
        const solid = row.filter(({ length }) => length > 1);
        expect([name, down.toFixed(3), solid.length]).toEqual([name, down.toFixed(3), 1]);
        thinnest = Math.min(thinnest, solid[0]!.length / metre);
      }
      // One neck's width, metres.
      expect(thinnest).toBeGreaterThan(0.06);
      expect(thinnest).toBeLessThan(0.17);
    }
  });

  test('are where their bone is while they walk and wave, and the avatar’s own head never is', async () => {
    const found: { x: number; top: number }[] = [];
    const measure = async (name: string): Promise<Screenshot> => {
      await look(front, 1.8);
      const { at, metre } = await byBone();
      const shot = await sample.screenshot(`game-${name}`);
      const { x, top, area } = headIn(shot, at, metre);
      expect(area).toBeGreaterThan((0.1 * metre) ** 2);
      found.push({ x: x - at[0], top: top - at[1] });
      return shot;
    };
    /** What is beside the face, from the chin to the crown, on the avatar's right: in the picture, on the left. */
    const besideFace = async (shot: Screenshot): Promise<number> => {
      const { at, metre } = await byBone();
      let pixels = 0;
      for (let v = at[1] - 0.12 * metre; v < at[1] + 0.1 * metre; v++) {
        for (const { length } of runs(shot, v, at[0] - 0.6 * metre, at[0] - 0.2 * metre)) pixels += length;
      }
      return pixels / metre ** 2;
    };
    const ownHeadIsGone = async (name: string): Promise<void> => {
      await sample.page.evaluate(() => (window.personalizedGame.game!.me.head!.isVisible = false));
      await advance(0);
      const { at, metre } = await byBone();
      expect(headIn(await sample.screenshot(`game-${name}-without`), at, metre).area).toBe(0);
      await sample.page.evaluate(() => (window.personalizedGame.game!.me.head!.isVisible = true));
    };
    expect(await besideFace(await measure('stands'))).toBe(0);
    await sample.page.evaluate(() => (window.personalizedGame.game!.autopilot = { speed: 1.35, heading: 0 }));
    await advance(0.3);
    await advance(0.2);
    await measure('walks');
    await advance(0.25);
    await measure('walks-on');
    await ownHeadIsGone('walks-on');
    await sample.page.evaluate(() => {
      const { game } = window.personalizedGame;
      game!.autopilot = { speed: 0, heading: 0 };
      game!.me.speed = 0;
      game!.me.gesture('wave', 5);
    });
    for (let i = 0; i < 4; i++) await sample.page.evaluate(() => window.personalizedGame.advance(0.2, false));
    // A hand and its wrist, square metres.
    expect(await besideFace(await measure('waves'))).toBeGreaterThan(0.005);
    await ownHeadIsGone('waves');
    const [first, ...others] = found as [(typeof found)[0], ...typeof found];
    for (const { x, top } of others) {
      expect(Math.abs(x - first.x)).toBeLessThan(2);
      expect(Math.abs(top - first.top)).toBeLessThan(2);
    }
  });

  test('differ on two bodies of one file, and one body gets its own head back', async () => {
    await sample.page.evaluate(() => {
      const { me, others } = window.personalizedGame.game!;
      const { x, z } = me.node.position;
      others[0]!.node.setEnabled(true);
      // Where the waving hand is not before it.
      others[0]!.node.position.set(x - 0.6, 0, z);
      others[0]!.heading = 0;
    });
    await look(front, 1.8);
    const { at, metre } = await byBone();
    const both = await sample.screenshot('game-both');
    // The camera looks at their faces.
    const other: Pixel = [at[0] + 0.6 * metre, at[1]];
    const patch = (shot: Screenshot, [x, y]: Pixel): number[] => {
      const reach = Math.round(0.07 * metre);
      const values: number[] = [];
      for (let v = -reach; v <= reach; v++) {
        for (let u = -reach; u <= reach; u++)
          values.push(...shot.pixel(Math.round(x) + u, Math.round(y) + v).slice(0, 3));
      }
      return values;
    };
    const differs = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
    expect(differs(patch(both, at), patch(both, other))).toBeGreaterThan(8);
    await sample.page.evaluate(() => {
      const { me } = window.personalizedGame.game!;
      const { head } = me;
      me.attachment!.dispose();
      head!.setEnabled(false);
    });
    await advance(0);
    const after = await sample.screenshot('game-own-head');
    expect(headIn(after, at, metre).area).toBeGreaterThan((0.1 * metre) ** 2);
    expect(differs(patch(both, at), patch(after, at))).toBeGreaterThan(8);
    expect(differs(patch(both, other), patch(after, other))).toBeLessThan(1);
  });

  test('log no errors', () => expect(sample.errors).toEqual([]));
});
