import { beforeAll, describe, expect, test } from '@jest/globals';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { buildSamples, buildTimeout } from '../harness/samples.js';
import { meanColor, type Area } from './pixels.js';

/** The pages that are a scene, small and coarse, and where a face is on 640 x 480. */
const pages: readonly (readonly [name: string, query: string, hook: string, face: Area])[] = [
  ['orbit', 'size=48&samples=8&yaw=0&pitch=0', 'personalizedHead', [300, 160, 340, 200]],
  ['cast', 'people=1&time=0&size=48&samples=8', 'personalizedCast', [310, 240, 330, 260]],
  ['studio', 'time=0&keys=0&size=48&samples=8', 'personalizedStudio', [255, 165, 290, 195]],
];

let site: string;
beforeAll(async () => {
  site = await serve(await buildSamples());
}, buildTimeout);

const ready = ({ page }: TestPage, hook: string): Promise<void> => page.evaluate(`window.${hook}.ready`);

describe.each(pages)('%s', (name, query, hook, face) => {
  test('without WebGPU shows the textured mesh, and says in one line why', async () => {
    const sample = await openPage(`${site}${name}.html?${query}`, { webgpu: false });
    await ready(sample, hook);
    const message = await sample.page.locator('#message.notice').textContent();
    expect(message).toMatch(/^Shown as a textured mesh\. WebGPU: this browser has none\./);
    const [red, green, blue] = meanColor(await sample.screenshot(`${name}-mesh`), face);
    expect(red).toBeGreaterThan(green! + 10);
    expect(green).toBeGreaterThan(blue!);
    expect(sample.errors).toEqual([]);
    await sample.page.close();
  });

  test('on a phone draws every pixel, and no control lies over the scene or beyond the edge', async () => {
    const viewport = { width: 390, height: 844 };
    const sample = await openPage(`${site}${name}.html?${query}`, { viewport, deviceScaleFactor: 2, webgpu: false });
    await ready(sample, hook);
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
      };
    });
    await sample.screenshot(`${name}-phone`);
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
    await sample.page.close();
  });
});
