import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { decode } from 'fast-png';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serveFolder, type Site } from './site.js';

const artifacts = fileURLToPath(new URL('../../artifacts/', import.meta.url));

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// With the first flag alone WebGPU computes, but a WebGPU canvas kills the device: it needs the compositor's
// Vulkan and ANGLE on SwiftShader too.
const softwareWebGpu = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
];

export interface Screenshot {
  readonly width: number;
  readonly height: number;
  /** The bytes of one pixel: red, green, blue and, where the page has it, alpha. */
  pixel(x: number, y: number): readonly number[];
}

export interface TestPage {
  readonly page: Page;
  /** What the page logged as errors or did not catch, in order. */
  readonly errors: readonly string[];
  /** Takes a screenshot, keeps it as artifacts/<name>.png, and decodes it. */
  readonly screenshot: (name: string) => Promise<Screenshot>;
}

let running: Promise<Browser> | undefined;
let further: readonly string[] = [];
const sites: Site[] = [];

function browser(): Promise<Browser> {
  // The driver chosen for Node is not Chromium's: with it the canvas stays blank in screenshots.
  const environment = Object.entries(process.env).filter(([name]) => !/^VK_(ICD|DRIVER)_/.test(name));
  running ??= chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    timeout: 300_000,
    args: [...quiet, ...softwareWebGpu, ...further],
    env: Object.fromEntries(environment),
  });
  return running;
}

/** Shows a film to the page in place of a camera, and allows it. Call it before the test file's first page. */
export function useFakeCamera(film: string): void {
  further = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ];
}

/** Serves a folder until the test file ends. */
export async function serve(folder: string): Promise<string> {
  const site = await serveFolder(folder);
  sites.push(site);
  return site.url;
}

export interface PageSettings {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Pixels of the screen for one of the page. */
  readonly deviceScaleFactor?: number;
  /** false: as in a browser that has none. */
  readonly webgpu?: boolean;
  /** true: as on a phone, with a finger and no mouse. */
  readonly touch?: boolean;
  /** false: WebGL draws no floating-point numbers, as on some old phones. */
  readonly floats?: boolean;
}

const hideFloats = `
  const { getExtension } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getExtension = function (name) {
    return name === 'EXT_color_buffer_float' ? null : getExtension.call(this, name);
  };`;

/** Opens a page of its own in the test file's Chromium. */
export async function openPage(
  url: string,
  {
    viewport = { width: 640, height: 480 },
    deviceScaleFactor = 1,
    webgpu = true,
    touch = false,
    floats = true,
  }: PageSettings = {},
): Promise<TestPage> {
  const phone = touch ? { hasTouch: true, isMobile: true } : {};
  const page = await (await browser()).newPage({ viewport, deviceScaleFactor, ...phone });
  if (!webgpu) await page.addInitScript('Object.defineProperty(Navigator.prototype, "gpu", { value: undefined });');
  if (!floats) await page.addInitScript(hideFloats);
  // A software GPU on a shared machine takes its time; a page that hangs fails by jest's limit.
  page.setDefaultTimeout(600_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('crash', () => errors.push('The page crashed.'));
  await page.goto(url);
  return {
    page,
    errors,
    screenshot: async (name) => {
      const bytes = await page.screenshot();
      const path = join(artifacts, `${name}.png`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
      const { width, height, channels, data } = decode(bytes);
      const pixel = (x: number, y: number): readonly number[] => {
        const start = (y * width + x) * channels;
        return [...data.subarray(start, start + channels)];
      };
      return { width, height, pixel };
    },
  };
}

export async function closeBrowser(): Promise<void> {
  const open = running;
  running = undefined;
  await (await open)?.close();
  await Promise.all(sites.splice(0).map((site) => site.close()));
}

afterAll(closeBrowser);
