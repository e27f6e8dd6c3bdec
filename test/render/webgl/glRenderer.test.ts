import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderBaked } from '../../../runtime/render/fast/bakedView.js';
import { bakeVolume } from '../../../runtime/render/fast/bakedVolume.js';
import { raysFor } from '../../../runtime/render/cpuRenderer.js';
import type { Volume } from '../../../runtime/render/volume.js';
import { expectClose } from '../../harness/compare.js';
import { openPage, serve, type TestPage } from '../../harness/browser.js';
import { expectBitmap, hardBounds, hardCases, hardVolume, type HardCase } from '../fast/hardFaces.js';
import { oddCamera, oddSettings } from '../oddScene.js';
import type { GlDrawn, GlRequest } from './glPage.js';

let folder: string;
let sample: TestPage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webgl-'));
  writeFileSync(join(folder, 'index.html'), '<script type="module" src="page.js"></script>');
  // In a process of its own: jest's realm has other typed arrays than its service.
  // The program starts as it is: a script, or the binary that esbuild's installation puts in its place.
  const esbuild = join(process.cwd(), 'node_modules', '.bin', 'esbuild');
  const page = join(import.meta.dirname, 'glPage.ts');
  execFileSync(esbuild, [
    page,
    '--bundle',
    '--format=esm',
    '--log-level=error',
    `--outfile=${join(folder, 'page.js')}`,
  ]);
  sample = await openPage(await serve(folder), { webgpu: false });
});

afterAll(() => rmSync(folder, { recursive: true }));

const numbers = (values: Float32Array): number[] => [...values];

function requestOf(each: HardCase, { planes, decoder, projection }: Volume): GlRequest {
  const { w1, b1, w2, b2, ...sizes } = decoder;
  return {
    decoder: { ...sizes, w1: numbers(w1), b1: numbers(b1), w2: numbers(w2), b2: numbers(b2) },
    projection,
    settings: oddSettings,
    bake: each.bake,
    bounds: hardBounds(each),
    camera: oddCamera,
    side: each.resolution,
    dims: [1, 3 * decoder.channels, ...planes.dims.slice(2)],
    // What another face leaves behind must be cleared.
    planes: [planes.data.map((value) => -value), planes.data].map(numbers),
  };
}

const draw = (request: GlRequest): Promise<GlDrawn> =>
  sample.page.evaluate((each) => (window as unknown as { draw(r: GlRequest): Promise<GlDrawn> }).draw(each), request);

describe.each(hardCases.map((each) => [each.name, each] as const))('%s', (_, each) => {
  test('every program agrees with its twin', async () => {
    const volume = hardVolume(each.sizes, 40);
    const drawn = await draw(requestOf(each, volume));
    expect([drawn.error, sample.errors]).toEqual([0, []]);
    const twin = bakeVolume(volume, oddSettings.boxWarp, each.bake, each.crop);
    expect(drawn.distances).toEqual([...twin.distances]);
    // Planes are half floats here.
    expectClose(drawn.voxels, twin.voxels, 2, 'voxels');
    const rays = raysFor(oddCamera, each.resolution, oddSettings, hardBounds(each));
    expectBitmap(drawn.color, drawn.depth, renderBaked(twin, rays, oddSettings, each.bake));
  });
});
