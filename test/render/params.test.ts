import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { encodeParams, paramsBytes, tilesOf } from '../../runtime/render/gpu/params.js';
import { jitterKeys, type RenderSettings } from '../../runtime/render/settings.js';
import { oddCamera, oddSettings, oddVolume } from './oddScene.js';

const text = readFileSync(join(process.cwd(), 'shaders/include/params.wgsl'), 'utf8');

/** Bytes of a field, and what its place is a multiple of: the rules of WGSL. */
function layoutOf(type: string): { size: number; align: number } {
  const array = /^array<vec4f, (\d+)>$/.exec(type);
  if (array) return { size: 16 * Number(array[1]), align: 16 };
  const scalar = { size: 4, align: 4 };
  const known = { vec4f: { size: 16, align: 16 }, vec3f: { size: 12, align: 16 }, f32: scalar, u32: scalar }[type];
  if (!known) throw new Error(`RenderParams: this test does not know ${type}.`);
  return known;
}

function structLayout(): { offsets: Map<string, number>; bytes: number } {
  const body = /struct RenderParams \{([\s\S]*?)\n\}/.exec(text)![1]!;
  const offsets = new Map<string, number>();
  let at = 0;
  for (const [, name, type] of body.matchAll(/^\s*(\w+): ([^/\n]+?),\s*(?:\/\/.*)?$/gm)) {
    const { size, align } = layoutOf(type!);
    at = Math.ceil(at / align) * align;
    offsets.set(name!, at);
    at += size;
  }
  return { offsets, bytes: Math.ceil(at / 16) * 16 };
}

const { offsets, bytes } = structLayout();
const flagOf = (name: string): number => Number(new RegExp(`const FLAG_${name}: u32 = (\\d+)u;`).exec(text)![1]);

const tiling = { resolution: 13, rayCount: 169, tileRays: 64 };
const stride = 256;

function encode(changes: Partial<RenderSettings> = {}, crop?: readonly [number, number, number]): DataView {
  const settings = { ...oddSettings, ...changes };
  const size = { width: 3, height: 7 };
  return new DataView(encodeParams(oddCamera, settings, oddVolume().projection, size, tiling, stride, crop));
}

test('the struct has the bytes that are written', () => {
  expect(bytes).toBe(paramsBytes);
});

test('every field lies where the struct has it', () => {
  const view = encode({ minWeight: 0.25, jitter: { seed: 's' } }, [0.5, 0.25, 0.75]);
  const keys = jitterKeys('s');
  const last = 2 * stride;
  const words: [string, number][] = [
    ['resolution', 13],
    ['rayCount', 169],
    ['tileFirst', 128],
    ['tileCount', 41],
    ['tileStride', 64],
    ['planeWidth', 3],
    ['planeHeight', 7],
    ['jitterKey', keys.coarse],
    ['importanceKey', keys.importance],
  ];
  for (const [name, value] of words)
    expect([name, view.getUint32(last + offsets.get(name)!, true)]).toEqual([name, value]);
  const m = oddCamera.cam2world;
  const floats: [string, readonly number[]][] = [
    ['cameraRow0', m.slice(0, 4)],
    ['cameraRow1', m.slice(4, 8)],
    ['cameraRow2', m.slice(8, 12)],
    ['focalCenter', [1.6, 1.3, 0.45, 0.56]],
    ['planeRows', [2 / 1.1, 0, 0, 0, 0, 2 / 1.1, 0, 0]],
    ['skew', [0.2]],
    ['halfBox', [0.55]],
    ['rayStart', [1.7]],
    ['rayEnd', [3.4]],
    ['minWeight', [0.25]],
    ['cropHalf', [0.5, 0.25, 0.75]],
  ];
  for (const [name, values] of floats) {
    const written = values.map((_, i) => view.getFloat32(last + offsets.get(name)! + 4 * i, true));
    expect([name, ...written]).toEqual([name, ...values.map((value) => Math.fround(value) + 0)]);
  }
});

test('flags', () => {
  const flagsOf = (changes: Partial<RenderSettings>) => encode(changes).getUint32(offsets.get('flags')!, true);
  expect(flagsOf({})).toBe(0);
  expect(flagsOf({ rayStart: 'auto', rayEnd: 'auto' })).toBe(flagOf('AUTO_BOUNDS'));
  expect(flagsOf({ disparitySpaceSampling: true })).toBe(flagOf('DISPARITY'));
  expect(flagsOf({ whiteBack: true })).toBe(flagOf('WHITE'));
  expect(flagsOf({ jitter: { seed: '' } })).toBe(flagOf('HASHED'));
  expect(encode({}, [1, 1, 1]).getUint32(offsets.get('flags')!, true)).toBe(flagOf('CROP'));
});

test('tiles cover every ray once', () => {
  expect(tilesOf(tiling)).toEqual([
    { first: 0, count: 64 },
    { first: 64, count: 64 },
    { first: 128, count: 41 },
  ]);
  expect(tilesOf({ resolution: 8, rayCount: 64, tileRays: 64 })).toEqual([{ first: 0, count: 64 }]);
});
