import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DeviceError, HeadError } from '../../runtime/core/errors.js';
import { backwardUses, kernelUses, slots, usesLayout, type Slot } from '../../runtime/render/gpu/bindings.js';
import { fastSlots, fastUses } from '../../runtime/render/gpu/fast/fastKernels.js';
import { computePipeline, resolveIncludes, shaderText } from '../../runtime/render/gpu/shaderModule.js';
import { testDevice } from '../harness/gpu.js';

const root = process.cwd();
const read = (name: string, type = 'wgsl') => readFileSync(join(root, 'shaders', `${name}.${type}`), 'utf8');
const named = (folder: string, type = 'wgsl'): string[] =>
  readdirSync(join(root, 'shaders', folder))
    .filter((file) => file.endsWith(`.${type}`))
    .map((file) => `${folder}/${file.replace(`.${type}`, '')}`);

const kernels = [...named('render'), ...named('backward'), ...named('fast')];
const includes = [...named('include'), ...named('fast/include')];
const includesOf = (name: string): string[] =>
  [...read(name).matchAll(/^#include <(.+)>$/gm)].map((match) => match[1]!);

test('there is a file for every kernel, and a kernel for every file', () => {
  expect(kernels.sort()).toEqual(
    [
      ...['packPlanes', 'mixPlanes', 'picture', ...Object.keys(kernelUses)].map((name) => `render/${name}`),
      ...['unpackPlanes', ...Object.keys(backwardUses)].map((name) => `backward/${name}`),
      ...Object.keys(fastUses).map((name) => `fast/${name}`),
    ].sort(),
  );
});

test('every include is used by a kernel', () => {
  const reached = new Set(kernels.flatMap(includesOf));
  for (const name of reached) includesOf(name).forEach((inner) => reached.add(inner));
  expect([...reached].filter((name) => name.includes('include/')).sort()).toEqual(includes.sort());
});

const glsl = ['webgl', 'webgl/include', 'plugin'].flatMap((folder) => named(folder, 'glsl'));
const texts = [
  ...[...kernels, ...includes].map((name) => [name, read(name)] as const),
  ...glsl.map((name) => [`${name}.glsl`, read(name, 'glsl')] as const),
];

test.each(texts)('%s names its twin', (_, text) => {
  const header = /^(\/\/.*\n)+/.exec(text)?.[0] ?? '';
  const twins = [...header.matchAll(/\b[Tt]win: [^;\n]*?([\w/]+\.ts)/g)].map((match) => match[1]!);
  expect(twins).not.toEqual([]);
  for (const twin of twins) expect([twin, existsSync(join(root, twin))]).toEqual([twin, true]);
});

describe('includes', () => {
  test.each(kernels)('%s is complete, each file once', (name) => {
    const text = resolveIncludes(name);
    expect(text).not.toContain('#include');
    const functions = [...text.matchAll(/^(?:@.*\n)*fn (\w+)/gm)].map((match) => match[1]!);
    expect(new Set(functions).size).toBe(functions.length);
    expect(functions).toContain('main');
  });

  test('constants come first', () => {
    expect(shaderText('render/packPlanes', { CHANNELS4: 3 }).split('\n')[0]).toBe('const CHANNELS4: u32 = 3u;');
  });

  test('a missing file is named', () => {
    expect(() => resolveIncludes('render/absent')).toThrow(HeadError);
    expect(() => resolveIncludes('render/absent')).toThrow('shaders/render/absent.wgsl does not exist');
  });
});

const uses = {
  ...Object.fromEntries(Object.entries(kernelUses).map(([name, use]) => [`render/${name}`, use])),
  ...Object.fromEntries(Object.entries(backwardUses).map(([name, use]) => [`backward/${name}`, use])),
};

test.each(Object.entries(uses))('%s declares the bindings that it is given', (kernel, given) => {
  const pattern = /@group\(0\) @binding\((\d+)\) var<(uniform|storage, read|storage, read_write)> (\w+)/g;
  const declared = [...read(kernel).matchAll(pattern)].map(([, slot, access, name]) => [name, Number(slot), access]);
  const access = { uniform: 'uniform', read: 'storage, read', write: 'storage, read_write' } as const;
  const expected = Object.entries(given) as [Slot, keyof typeof access][];
  expect(declared).toEqual(expected.map(([slot, use]) => [slot, slots[slot], access[use]]));
});

test.each(Object.entries(fastUses))('fast/%s declares the bindings that it is given', (kernel, given) => {
  const declared = [...read(`fast/${kernel}`).matchAll(/@group\(0\) @binding\((\d+)\) var/g)].map(([, slot]) =>
    Number(slot),
  );
  expect(declared.sort()).toEqual(given.map((name) => fastSlots[name][0]).sort());
});

test('a kernel that does not compile says where', async () => {
  const device = await testDevice();
  device.pushErrorScope('validation');
  const compiling = computePipeline(device, 'render/march', {}, usesLayout(device, 'march', kernelUses.march));
  await expect(compiling).rejects.toThrow(DeviceError);
  await expect(compiling).rejects.toThrow(/shaders\/render\/march\.wgsl: line \d+: unresolved value/);
  expect(await device.popErrorScope()).not.toBeNull();
});
