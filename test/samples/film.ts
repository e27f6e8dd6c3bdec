import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import type { Camera } from '../../runtime/camera/camera.js';
import { frontalCamera, lookAt } from '../../runtime/camera/lookAt.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import type { CameraConfig } from '../../runtime/checkpoint/config/config.js';
import { encodePng, bitmapOf, type Bitmap } from '../../runtime/core/bitmap.js';
import { nodeExecution } from '../../runtime/execution/node.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { neutralize, offsetByDirections, type Amounts } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { randomStream } from '../../runtime/latent/alpha/randomStream.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { broadcastW } from '../../runtime/latent/truncation.js';

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));
const degree = Math.PI / 180;

/** Where a camera stands, degrees in EG3D's sense, and the expression that it sees. */
export interface FilmView {
  readonly yaw: number;
  readonly pitch: number;
  readonly amounts?: Amounts;
}

/** What somebody does who follows the guide but does not nod: to both sides, a smile, an open mouth. */
export const guidedViews: readonly FilmView[] = [
  ...[0, 0, -18, -26, -34, 0, 18, 26, 34, 0].map((yaw) => ({ yaw, pitch: 0 })),
  { yaw: 0, pitch: 0, amounts: { smile: 1 } },
  { yaw: 0, pitch: 0, amounts: { smile: 1 } },
  { yaw: 0, pitch: 0, amounts: { jawOpen: 0.8 } },
  { yaw: 0, pitch: 0, amounts: { jawOpen: 0.8 } },
];

/** Rendered by an earlier test or run: a view takes some seconds of CPU. */
const cache = fileURLToPath(new URL('../../.cache/film/', import.meta.url));
/** Of the rendered pictures, pixels. */
const side = 160;
const enlargement = 3;

/**
 * An invented person of the embedded base before a grey wall, rendered on the CPU, with a camera's grain.
 * @returns pictures of 480 x 480
 */
export async function filmOfHead(views: readonly FilmView[]): Promise<Bitmap[]> {
  const bytes = new Uint8Array(await readFile(join(assets, 'base.safetensors')));
  const source = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const pathOf = (view: FilmView): string =>
    join(cache, `${source}-${side}-${JSON.stringify(view).replaceAll(/[^\w.-]+/g, '_')}.png`);
  const missing = [...new Map(views.map((view) => [pathOf(view), view]))].filter(([path]) => !existsSync(path));
  mkdirSync(cache, { recursive: true });
  if (missing.length > 0) {
    const pictures = await renderViews(
      bytes,
      missing.map(([, view]) => view),
    );
    missing.forEach(([path], i) => {
      writeFileSync(`${path}.${process.pid}`, encodePng(pictures[i]!));
      renameSync(`${path}.${process.pid}`, path);
    });
  }
  return views.map((view, i) => {
    const { width, height, data } = decode(readFileSync(pathOf(view)));
    return withGrain(enlarged({ width, height, data: Uint8Array.from(data) }, enlargement), i);
  });
}

/** Grey levels, triangular: what a webcam in a room adds. */
function withGrain({ width, height, data }: Bitmap, seed: number): Bitmap {
  const random = randomStream('grain', seed);
  const out = Uint8ClampedArray.from(data);
  for (let i = 0; i < out.length; i += 4) {
    const grain = 10 * (random() + random() - 1);
    for (let c = 0; c < 3; c++) out[i + c] = data[i + c]! + grain;
  }
  return { width, height, data: new Uint8Array(out.buffer) };
}

async function renderViews(bytes: Uint8Array, views: readonly FilmView[]): Promise<Bitmap[]> {
  const base = await readBase(bytesSource(bytes));
  const json: unknown = JSON.parse(await readFile(join(assets, 'base.directions.json'), 'utf8'));
  const generator = new Generator(base, await nodeExecution({ threads: 1 }));
  const directions = parseDirections(json, { hash: base.hash, wDim: generator.layout.wDim });
  const { layout } = generator;
  const w = await generator.map(standardNormal(2, layout.zDim), frontalCamera(base.config.camera));
  const ws = neutralize(broadcastW(w, layout.numWs, generator.wAvg, 0.7), directions);
  const settings = { depthResolution: 16, depthResolutionImportance: 16 };
  const headRenderer = await HeadRenderer.create(generator, { resolution: side, crop: true, settings });
  const taken: Bitmap[] = [];
  try {
    for (const view of views) {
      await headRenderer.setFace(offsetByDirections(ws, directions, view.amounts ?? {}));
      const { image, alpha } = await headRenderer.render(cameraOf(view, base.config.camera));
      taken.push(bitmapOf(image, alpha, [0.55, 0.6, 0.62]));
    }
  } finally {
    await headRenderer.dispose();
    await generator.dispose();
  }
  return taken;
}

function cameraOf({ yaw, pitch }: FilmView, { radius, focal }: CameraConfig): Camera {
  const level = radius * Math.cos(pitch * degree);
  const [x, z] = [level * Math.sin(yaw * degree), level * Math.cos(yaw * degree)];
  return lookAt([x, radius * Math.sin(pitch * degree), z], [0, 0, 0], focal);
}

/** Enlarges by whole pixels' bilinear mixture. */
function enlarged({ width, height, data }: Bitmap, factor: number): Bitmap {
  const [w, h] = [width * factor, height * factor];
  const out = new Uint8Array(4 * w * h);
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [u, v] = [clamp((x + 0.5) / factor - 0.5, width - 1), clamp((y + 0.5) / factor - 0.5, height - 1)];
      const [x0, y0] = [Math.min(width - 2, Math.floor(u)), Math.min(height - 2, Math.floor(v))];
      const [a, b] = [u - x0, v - y0];
      for (let c = 0; c < 4; c++) {
        const at = (dx: number, dy: number): number => data[4 * ((y0 + dy) * width + x0 + dx) + c]!;
        const top = at(0, 0) * (1 - a) + at(1, 0) * a;
        out[4 * (y * w + x) + c] = top * (1 - b) + (at(0, 1) * (1 - a) + at(1, 1) * a) * b;
      }
    }
  }
  return { width: w, height: h, data: out };
}

/**
 * A film as Chromium's fake camera takes it: YUV4MPEG2, 4:2:0, BT.601 with 16..235.
 * @param pictures of one even size
 */
export function y4m(pictures: readonly Bitmap[], framesPerSecond: number): Uint8Array {
  const { width, height } = pictures[0]!;
  const text = new TextEncoder();
  const frames = pictures.flatMap(({ data }) => {
    const luma = new Uint8Array(width * height);
    const chroma = [new Uint8Array(luma.length / 4), new Uint8Array(luma.length / 4)] as const;
    for (let i = 0; i < luma.length; i++) {
      const [r, g, b] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
      luma[i] = 16.5 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
      const [x, y] = [i % width, Math.floor(i / width)];
      if (x % 2 === 1 || y % 2 === 1) continue;
      const at = (y >> 1) * (width >> 1) + (x >> 1);
      chroma[0][at] = 128.5 + (-37.797 * r - 74.203 * g + 112 * b) / 255;
      chroma[1][at] = 128.5 + (112 * r - 93.786 * g - 18.214 * b) / 255;
    }
    return [text.encode('FRAME\n'), luma, ...chroma];
  });
  const header = text.encode(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, ...frames]);
}
