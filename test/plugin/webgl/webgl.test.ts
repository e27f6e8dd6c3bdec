import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPage, serve, type TestPage } from '../../harness/browser.js';
import { savePicture } from '../image/savePicture.js';
import type { PassName, SeenPass, WebglApi } from './webglPage.js';
import type { Pixels } from './webglStage.js';

const side = 48;
const middle = side / 2;
let folder: string;
let sample: TestPage;
/** The scene without any pass: the image, and the mesh alone. */
let plain: Pixels;
let mesh: Pixels;

/** Asks the page. */
function ask<Name extends keyof WebglApi>(
  name: Name,
  ...args: Parameters<WebglApi[Name]>
): Promise<Awaited<ReturnType<WebglApi[Name]>>> {
  return sample.page.evaluate(
    ([key, given]) =>
      (window as unknown as { api: Record<string, (...given: unknown[]) => never> }).api[key]!(...given),
    [name, args as unknown[]] as const,
  );
}

beforeAll(async () => {
  const root = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'webgl-'));
  writeFileSync(join(folder, 'index.html'), '<script type="module" src="webglPage.js"></script>');
  symlinkSync(join(root, 'assets'), join(folder, 'assets'));
  symlinkSync(join(root, 'node_modules', 'onnxruntime-web', 'dist'), join(folder, 'ort'));
  // A process of its own, see ../../render/webgl/glRenderer.test.ts.
  execFileSync(join(root, 'node_modules', '.bin', 'esbuild'), [
    join(import.meta.dirname, 'webglPage.ts'),
    join(root, 'runtime', 'execution', 'networkWorker.ts'),
    '--bundle',
    '--format=esm',
    '--target=es2022',
    '--entry-names=[name]',
    '--conditions=onnxruntime-web-use-extern-wasm',
    '--log-level=error',
    `--outdir=${folder}`,
  ]);
  sample = await openPage(await serve(folder), { webgpu: false });
  await sample.page.waitForFunction(() => 'api' in window);
  plain = (await ask('shot')).pixels;
  mesh = await ask('mesh');
  savePicture('webgl-plain', Uint8Array.from(plain), side);
  savePicture('webgl-mesh', Uint8Array.from(mesh), side);
});

afterAll(() => rmSync(folder, { recursive: true }));

const at = (pixels: Pixels, x: number, y: number): number[] => [
  ...pixels.slice(4 * (y * side + x), 4 * (y * side + x) + 3),
];
const largest = (a: Pixels, b: Pixels): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), Math.abs(a.length - b.length));
const isGreen = ([r, g, b]: readonly number[]): boolean => g! > r! + 40 && g! > b!;
const count = (pixels: Pixels, wanted: (color: readonly number[]) => boolean): number =>
  Array.from({ length: pixels.length / 4 }, (_, i) => pixels.slice(4 * i, 4 * i + 3)).filter(wanted).length;
const isSky = ([r, g, b]: readonly number[]): boolean => r! < 4 && g! < 4 && Math.abs(b! - 102) < 4;

/** Looks at a pass, ends it, and expects the scene to be as it was. */
async function look(name: PassName): Promise<SeenPass> {
  try {
    const seen = await ask('pass', name);
    savePicture(`webgl-${name}`, Uint8Array.from(seen.pixels), Math.sqrt(seen.pixels.length / 4));
    return seen;
  } finally {
    await ask('undo');
    const { pixels, showsImage } = await ask('shot');
    expect([showsImage, largest(pixels, plain)]).toEqual([true, expect.any(Number)]);
    expect(largest(pixels, plain)).toBeLessThanOrEqual(2);
    expect([await ask('problems'), sample.errors]).toEqual([[], []]);
  }
}

test('the image is what is seen, and no mesh', () => {
  expect(count(plain, (color) => !isSky(color))).toBeGreaterThan(500);
  expect(largest(plain, mesh)).toBeGreaterThan(40);
});

test('linear fog mixes the face with its colour by its own distance', async () => {
  const { pixels, showsImage } = await look('fog');
  expect(showsImage).toBe(true);
  const [before, after] = [at(plain, middle, middle), at(pixels, middle, middle)];
  // after = before f + green (1 - f), f = (3 - d) / 3; the camera stands 1.4 from the head's middle.
  const f = after[0]! / before[0]!;
  expect(after[1]).toBeCloseTo(before[1]! * f + 255 * (1 - f), -0.7);
  expect(after[2]! / before[2]!).toBeCloseTo(f, 1);
  expect(3 - 3 * f).toBeGreaterThan(0.9);
  expect(3 - 3 * f).toBeLessThan(1.4);
});

test('two cameras have a picture each', async () => {
  const { pixels, showsImage } = await look('two cameras');
  const alone = await look('second camera');
  expect(showsImage).toBe(true);
  const half = (of: Pixels, from: number): Pixels =>
    Array.from({ length: side }, (_, y) => of.slice(4 * (y * side + from), 4 * (y * side + from + middle))).flat();
  expect(largest(half(pixels, middle), half(alone.pixels, middle))).toBeLessThanOrEqual(2);
  expect(largest(half(pixels, 0), half(pixels, middle))).toBeGreaterThan(40);
  expect(count(half(pixels, 0), (color) => !isSky(color))).toBeGreaterThan(100);
});

test('a canvas that changes its size shows the whole head', async () => {
  const { pixels, showsImage } = await look('smaller canvas');
  expect([showsImage, pixels.length]).toEqual([true, side ** 2]);
  const heads = count(plain, (color) => !isSky(color)) / 4;
  expect(count(pixels, (color) => !isSky(color)) / heads).toBeGreaterThan(0.9);
  expect(count(pixels, (color) => !isSky(color)) / heads).toBeLessThan(1.1);
});

test.each<[PassName, (seen: SeenPass) => void]>([
  ['glow', ({ pixels }) => expect(count(pixels, isGreen)).toBeGreaterThan(30)],
  ['highlight', ({ pixels }) => expect(count(pixels, isGreen)).toBeGreaterThan(15)],
  ['outline', ({ pixels }) => expect(count(pixels, isGreen)).toBeGreaterThan(15)],
  ['depth', ({ own }) => expect(own!.filter((depth, i) => i % 4 === 0 && depth < 1).length).toBeGreaterThan(500)],
  [
    'geometry buffer',
    ({ own }) => expect(own!.filter((depth) => depth > 0.9 && depth < 1.5).length).toBeGreaterThan(300),
  ],
  ['mirror', ({ own }) => expect(count(own!, (color) => !isSky(color))).toBeGreaterThan(100)],
])('%s: joins the image, and the face stays as it was', async (name, expectOwn) => {
  const seen = await look(name);
  expect(seen.showsImage).toBe(true);
  expect(largest(at(seen.pixels, middle, middle), at(plain, middle, middle))).toBeLessThanOrEqual(3);
  expectOwn(seen);
});

test('a render target has the image that the canvas has', async () => {
  const { own, showsImage } = await look('target');
  expect(showsImage).toBe(true);
  // Rows go up in what is read of a target.
  const rows = Array.from({ length: side }, (_, y) =>
    own!.slice(4 * side * (side - 1 - y), 4 * side * (side - y)),
  ).flat();
  expect(largest(rows, plain)).toBeLessThanOrEqual(3);
});

test.each<PassName>([
  'overlay',
  'edges',
  'instances',
  'thin instances',
  'pre-pass',
  'clip plane',
  'order-independent transparency',
])('%s: the mesh is drawn', async (name) => {
  const { pixels, showsImage } = await look(name);
  expect(showsImage).toBe(false);
  expect(count(pixels, (color) => !isSky(color))).toBeGreaterThan(250);
});

test('a head whose layer no camera has is not seen, nor is its image', async () => {
  const { pixels } = await look('layer mask');
  expect(count(pixels, (color) => !isSky(color))).toBe(0);
});

test('a head that goes in the middle of a bake leaves no texture, and the other as it was', async () => {
  const { before, most, after, shares } = await ask('comeAndGo');
  expect(most).toBeGreaterThan(before);
  expect([after, shares]).toEqual([before, true]);
  expect(largest((await ask('shot')).pixels, plain)).toBeLessThanOrEqual(2);
  expect([await ask('problems'), sample.errors]).toEqual([[], []]);
});

test('a talking face never asks the page to wait for the card, and its network runs in a worker', async () => {
  const { calls, beside, faces, most, uploaded } = await ask('talk', 20);
  expect([calls, beside]).toEqual([{}, true]);
  expect(faces).toBeGreaterThan(2);
  // A turn of the page's thread uploads a part of a face, 16 of 96 layers, or draws a frame: a mix, a bake, a view.
  expect(uploaded / (96 * 128 * 128 * 4)).toBeGreaterThanOrEqual(2);
  expect(most.bytes).toBe(16 * 128 * 128 * 4);
  expect(most.draws).toBeLessThanOrEqual(6 + 54 + 2);
  expect(largest((await ask('shot')).pixels, plain)).toBeLessThanOrEqual(2);
});

test('the image comes back after the context was lost, and goes on moving', async () => {
  expect(await ask('loseContext')).toEqual({ whileLost: false, after: true });
  expect(largest((await ask('shot')).pixels, plain)).toBeLessThanOrEqual(2);
  await ask('set', { jawOpen: 1 });
  const { pixels } = await ask('shot');
  expect(largest(pixels, plain)).toBeGreaterThan(40);
  expect([await ask('problems'), sample.errors]).toEqual([[], []]);
});

test('a disposed head leaves nothing in its scene', async () => {
  expect(await ask('dispose')).toEqual({ meshes: 0, textures: 0 });
});
