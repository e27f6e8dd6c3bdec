import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { orbitCamera } from '../../runtime/camera/lookAt.js';
import { bytesSource, readBase } from '../../runtime/checkpoint/index.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { offsetByDirections } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import { testDevice } from '../harness/gpu.js';
import { cpu } from '../network/runGraph.js';
import { flickerOf, frameOf, type Frame } from './flicker.js';

const resolution = 56;

/** Yaw, radians, and how far the mouth is open. */
type Moment = readonly [yaw: number, jawOpen: number];

/** A degree a frame, once around in six seconds; then a mouth that opens within a third of a second. */
const turning: readonly Moment[] = [0, 1, 2].map((frame) => [0.5 + (frame * Math.PI) / 180, 0]);
const talking: readonly Moment[] = [0, 1, 2].map((frame) => [0.5, 0.1 + 0.05 * frame]);

test('edges of a turning and of a talking head do not flicker: fast films move as exact ones do', async () => {
  const base = await readBase(bytesSource(await readFile('assets/base.safetensors')));
  const generator = new Generator(base, await cpu());
  const { layout, wAvg } = generator;
  const json: unknown = JSON.parse(await readFile('assets/base.directions.json', 'utf8'));
  const directions = parseDirections(json, { hash: base.hash, wDim: layout.wDim });
  const ws = broadcastW(wAvg, layout.numWs, wAvg, 1);
  const device = await testDevice();
  const [exact, fast] = await Promise.all(
    (['exact', 'fast'] as const).map((quality) =>
      HeadRenderer.create(generator, { resolution, crop: true, device, quality }),
    ),
  );
  const films = async (moments: readonly Moment[]): Promise<[Frame[], Frame[]]> => {
    const both: [Frame[], Frame[]] = [[], []];
    let mouth = NaN;
    for (const [yaw, jawOpen] of moments) {
      const face = offsetByDirections(ws, directions, { jawOpen });
      for (const [i, renderer] of [exact!, fast!].entries()) {
        if (jawOpen !== mouth) await renderer.setFace(face);
        both[i]!.push(frameOf(await renderer.render(orbitCamera(base.config.camera, yaw, 0.05))));
      }
      mouth = jawOpen;
    }
    return both;
  };
  for (const moments of [turning, talking]) {
    const [reference, film] = await films(moments);
    const { moves, flicker } = flickerOf(film, reference);
    // Grey levels of 255. Measured at 72 x 72: turning moves 19.5 and flickers 1.6, talking 4.1 and 0.9.
    expect(moves).toBeGreaterThan(2);
    expect(flicker).toBeLessThan(2.5);
    expect(flicker).toBeLessThan(0.35 * moves);
  }
  await exact!.dispose();
  await fast!.dispose();
  await generator.dispose();
});
