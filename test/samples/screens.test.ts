import { beforeAll, describe, expect, test } from '@jest/globals';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { meanColor, meanDifference, type Area } from './pixels.js';

interface ScenePage {
  /** Small and coarse. */
  readonly query: string;
  readonly hook: string;
  /** Where the face is on 640 x 480, and its mouth. */
  readonly face: Area;
  readonly mouth: Area;
  /** Is the neural image what is seen? */
  readonly shows: string;
  /** Makes the head smile, and turns it; settles when that is on the screen. */
  readonly smile: string;
  readonly turn: string;
}

const castHead = 'window.personalizedCast.cast.people[0].head';
const studioHead = 'window.personalizedStudio.studio.head';

/** The pages that are a scene. */
const pages: Readonly<Record<string, ScenePage>> = {
  orbit: {
    query: 'size=48&samples=8&smile=0&yaw=0&pitch=0',
    hook: 'personalizedHead',
    face: [300, 160, 340, 200],
    mouth: [280, 250, 360, 320],
    shows: 'window.personalizedHead.head.showsImage',
    smile: 'window.personalizedHead.set({ expressions: { smile: 1 } })',
    turn: 'window.personalizedHead.set({ yaw: 0.8 })',
  },
  cast: {
    query: 'people=1&time=0&size=48&samples=8',
    hook: 'personalizedCast',
    face: [310, 265, 330, 285],
    mouth: [300, 305, 340, 332],
    shows: `${castHead}.texture !== null`,
    smile: `${castHead}.smile = 1; window.personalizedCast.advance(0)`,
    turn: `${castHead}.pose.yaw = 0.8; window.personalizedCast.advance(0)`,
  },
  studio: {
    query: 'time=0&keys=0&size=48&samples=8',
    hook: 'personalizedStudio',
    face: [300, 140, 340, 170],
    mouth: [275, 260, 355, 305],
    shows: `${studioHead}.texture !== null`,
    smile: `${studioHead}.smile = 1; window.personalizedStudio.render()`,
    turn: `${studioHead}.pose.yaw = 0.8; window.personalizedStudio.render()`,
  },
};

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

const ready = ({ page }: TestPage, hook: string): Promise<void> => page.evaluate(`window.${hook}.ready`);

describe.each(Object.entries(pages))('%s', (name, { query, hook, face, mouth, shows, smile, turn }) => {
  test('by WebGL 2 draws the neural head, which smiles and turns', async () => {
    const sample = await openPage(`${site}${name}.html?${query}&engine=webgl`);
    await ready(sample, hook);
    expect(await sample.page.evaluate(shows)).toBe(true);
    const start = await sample.screenshot(`${name}-webgl`);
    const [red, green, blue] = meanColor(start, face);
    expect(red).toBeGreaterThan(green! + 10);
    expect(green).toBeGreaterThan(blue!);
    await sample.page.evaluate(smile);
    const smiling = await sample.screenshot(`${name}-webgl-smile`);
    expect(meanDifference(smiling, start, mouth)).toBeGreaterThan(1);
    await sample.page.evaluate(turn);
    const turned = await sample.screenshot(`${name}-webgl-turn`);
    expect(meanDifference(turned, smiling, mouth)).toBeGreaterThan(3);
    expect(sample.errors).toEqual([]);
    await sample.page.close();
  });

  test('without WebGPU on a phone says what is drawn, draws every pixel, no control lies over the scene, and keys reach them', async () => {
    const viewport = { width: 390, height: 844 };
    const [floats, drawn] = name === 'orbit' ? [true, 'Drawn by WebGL 2'] : [false, 'Shown as a textured mesh'];
    const settings = { viewport, deviceScaleFactor: 2, webgpu: false, floats };
    const sample = await openPage(`${site}${name}.html?${query}`, settings);
    await ready(sample, hook);
    const message = await sample.page.locator('#message.notice').textContent();
    expect(message).toBe(`${drawn}. WebGPU: this browser has none.`);
    const found = await sample.page.evaluate(() => {
      const canvas = document.querySelector('canvas')!;
      const box = (element: Element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { left, right, top, bottom };
      };
      return {
        pixels: [canvas.width / canvas.clientWidth, canvas.height / canvas.clientHeight],
        scene: box(canvas),
        panels: [...document.querySelectorAll('.panel:not([hidden])')].map(box),
        controls: [...document.querySelectorAll('.panel:not([hidden]) :is(button, input)')].map(box),
        wide: document.documentElement.scrollWidth,
        // A screen reader has a word for each control.
        nameless: [...document.querySelectorAll<HTMLInputElement>('.panel :is(button, input, select)')]
          .filter(({ labels, title, ariaLabel, textContent }) => {
            const names = [...(labels ?? [])].map((label) => label.textContent);
            return ![...names, title, ariaLabel, textContent].some((name) => /\w/.test(name ?? ''));
          })
          .map(({ outerHTML }) => outerHTML),
      };
    });
    await sample.screenshot(`${name}-phone`);
    expect(sample.errors).toEqual([]);
    for (const ratio of found.pixels) expect(ratio).toBeCloseTo(2, 1);
    expect(found.wide).toBe(viewport.width);
    expect(found.scene.bottom - found.scene.top).toBeGreaterThan(viewport.height / 2);
    expect(found.panels.length).toBeGreaterThan(0);
    for (const { top, bottom } of found.panels) {
      expect(top).toBeGreaterThanOrEqual(found.scene.bottom - 1);
      expect(bottom).toBeLessThanOrEqual(viewport.height + 1);
    }
    expect(found.controls.length).toBeGreaterThan(5);
    for (const { left, right } of found.controls) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(viewport.width);
    }
    expect(found.nameless).toEqual([]);
    // By keys alone.
    await sample.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const reached = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await sample.page.keyboard.press('Tab');
      const control = await sample.page.evaluate(() => {
        const focused = document.activeElement as HTMLInputElement;
        return focused.matches('.panel :is(button, input, select)')
          ? focused.type === 'range'
            ? 'range'
            : focused.localName
          : null;
      });
      if (control === 'range') {
        const value = () => sample.page.evaluate(() => (document.activeElement as HTMLInputElement).valueAsNumber);
        const before = await value();
        await sample.page.keyboard.press(before === 0 ? 'ArrowRight' : 'ArrowLeft');
        expect(await value()).not.toBe(before);
        reached.add(control);
        break;
      }
      if (control !== null) reached.add(control);
    }
    // The cast's panel has no slider.
    expect(reached).toContain(name === 'cast' ? 'button' : 'range');
    expect(sample.errors).toEqual([]);
    await sample.page.close();
  });
});
