import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decode } from 'fast-png';
import { readFile } from 'node:fs/promises';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import { bytesSource, readBase, type PersonFile } from '../../runtime/checkpoint/index.js';
import { nodeExecution } from '../../runtime/execution/node.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { neutralize, type Directions } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { broadcastW } from '../../runtime/latent/truncation.js';
import { makeProxy } from '../../runtime/proxy/makeProxy.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import { encodeProxy, readProxy } from '../../runtime/proxy/proxyFile.js';
import { headExtent } from '../../runtime/render/headExtent.js';
import { raysFor } from '../../runtime/render/cpuRenderer.js';
import { renderSettings } from '../../runtime/render/settings.js';
import { meshDepths } from './meshDepths.js';

const patience = 300_000;
const coarse = { resolution: 56, vertices: 1500, textureSize: 64 };
let generator: Generator;
let directions: Directions;
let proxy: HeadProxy;

beforeAll(async () => {
  const base = await readBase(bytesSource(await readFile('assets/base.safetensors')));
  generator = new Generator(base, await nodeExecution());
  const json: unknown = JSON.parse(await readFile('assets/base.directions.json', 'utf8'));
  const all = parseDirections(json, { hash: base.hash, wDim: generator.layout.wDim });
  directions = { ...all, byName: new Map([...all.byName].filter(([name]) => /^(jawOpen|age)$/.test(name))) };
  proxy = await makeProxy(generator, directions, coarse);
}, patience);
afterAll(() => generator.dispose());

/** Vertices whose position passes. */
function verticesWhere(passes: (x: number, y: number, z: number) => boolean): number[] {
  const { positions: p } = proxy;
  return Array.from({ length: p.length / 3 }, (_, v) => v).filter((v) =>
    passes(p[v * 3]!, p[v * 3 + 1]!, p[v * 3 + 2]!),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the embedded base’s proxy', () => {
  test('is a head of the size asked for, inside what is shown', () => {
    const { half } = headExtent(generator.base.config);
    const vertices = proxy.positions.length / 3;
    expect(vertices).toBeGreaterThan(1200);
    expect(vertices).toBeLessThan(1700);
    proxy.positions.forEach((value, i) => expect(Math.abs(value)).toBeLessThan(half[i % 3]! + 0.01));
    const heights = proxy.positions.filter((_, i) => i % 3 === 1);
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(half[1]);
    expect(proxy.baseHash).toBe(generator.base.hash);
  });

  test(
    'lies where the rendered head does',
    async () => {
      const { base, layout, wAvg } = generator;
      const camera = frontalCamera(base.config.camera);
      const headRenderer = await HeadRenderer.create(generator, { resolution: 48 });
      await headRenderer.setFace(neutralize(broadcastW(wAvg, layout.numWs, wAvg), directions));
      const { depth, alpha } = await headRenderer.render(camera);
      await headRenderer.dispose();
      const found = meshDepths(proxy, raysFor(camera, 48, renderSettings(base.config.rendering, 3)));
      const errors = Array.from(alpha.data.keys())
        .filter((ray) => alpha.data[ray]! > 0.95 && Number.isFinite(found[ray]))
        .map((ray) => Math.abs(depth.data[ray]! - found[ray]!))
        .sort((a, b) => a - b);
      expect(errors.length).toBeGreaterThan(500);
      expect(errors[errors.length >> 1]).toBeLessThan(0.01);
    },
    patience,
  );

  test('opens its jaw: the chin goes down, the crown stays', () => {
    expect([...proxy.morphs.keys()]).toEqual(['jawOpen']);
    const jaw = proxy.morphs.get('jawOpen')!;
    const size = (v: number): number => Math.hypot(jaw[v * 3]!, jaw[v * 3 + 1]!, jaw[v * 3 + 2]!);
    const heights = proxy.positions.filter((_, i) => i % 3 === 1);
    const top = Math.max(...heights);
    const crown = verticesWhere((_x, y) => y > top - 0.08);
    const chin = verticesWhere((x, y, z) => Math.abs(x) < 0.05 && y < -0.13 && y > -0.24 && z > 0.08);
    expect(crown.length).toBeGreaterThan(10);
    expect(chin.length).toBeGreaterThan(10);
    expect(mean(chin.map((v) => jaw[v * 3 + 1]!))).toBeLessThan(-0.002);
    expect(mean(chin.map(size))).toBeGreaterThan(5 * mean(crown.map(size)));
  });

  test('has a face of skin in the middle of its texture', () => {
    const { data, width, height, channels } = decode(proxy.texture);
    expect([width, height]).toEqual([64, 64]);
    const cheek = (32 * 64 + 32) * channels;
    const [red, green, blue] = [data[cheek]!, data[cheek + 1]!, data[cheek + 2]!];
    expect(red).toBeGreaterThan(green);
    expect(green).toBeGreaterThan(blue);
  });

  test(
    'of a person is theirs: other in shape and colour, without the photographs’ expression',
    async () => {
      const { base, layout } = generator;
      const w = await generator.map(standardNormal(4, layout.zDim), frontalCamera(base.config.camera));
      const person = (neutral: Float32Array): PersonFile => ({
        baseHash: base.hash,
        convention: 'standard',
        alpha: 1,
        tensors: new Map([['neutral', { dims: [layout.wDim], data: neutral }]]),
        metadata: new Map(),
      });
      const still = { ...directions, directions: new Map() };
      const coarser = { resolution: 32, vertices: 600, textureSize: 32 };
      const common = await makeProxy(generator, still, coarser);
      const theirs = await makeProxy(generator, still, { ...coarser, person: person(w) });
      expect(theirs.baseHash).toBe(base.hash);
      const width = ({ positions }: HeadProxy): number => Math.max(...positions.filter((_, i) => i % 3 === 0));
      expect(Math.abs(width(theirs) - width(common))).toBeGreaterThan(0.002);
      const [own, mid] = [decode(theirs.texture).data, decode(common.texture).data];
      expect(mean(Array.from(own, (value, i) => Math.abs(value - mid[i]!)))).toBeGreaterThan(3);
      const jawOpen = directions.byName.get('jawOpen')!.vector;
      const speaking = w.map((value, i) => value + jawOpen[i]!);
      const again = await makeProxy(generator, still, { ...coarser, person: person(speaking) });
      expect(again.positions).toEqual(theirs.positions);
      const stranger = { ...person(w), baseHash: '0'.repeat(64) };
      await expect(makeProxy(generator, still, { ...coarser, person: stranger })).rejects.toThrow(
        'learned on the base',
      );
    },
    patience,
  );

  test('is written and read', async () => {
    const back = await readProxy(bytesSource(encodeProxy(proxy)), generator.base);
    expect(back.positions).toEqual(proxy.positions);
    expect(back.texture).toEqual(proxy.texture);
  });

  test('stops when it is told to', async () => {
    await expect(makeProxy(generator, directions, { ...coarse, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

test('the proxy that comes with the base is that base’s and has all its expressions', async () => {
  const { size, ...file } = bytesSource(await readFile('assets/base.proxy.safetensors'));
  expect(size).toBeLessThan(600_000);
  const shipped = await readProxy({ size, ...file }, generator.base);
  const json = JSON.parse(await readFile('assets/base.directions.json', 'utf8')) as {
    directions: { name: string; kind: string }[];
  };
  const names = json.directions.filter(({ kind }) => kind === 'expression').map(({ name }) => name);
  expect([...shipped.morphs.keys()]).toEqual(names);
});
