import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DeviceError } from '../../runtime/core/errors.js';
import { backwardUses, kernelUses, slots, usesLayout, type Slot } from '../../runtime/render/gpu/bindings.js';
import { fastSlots, fastUses } from '../../runtime/render/gpu/fast/fastKernels.js';
import { backwardShaders } from '../../runtime/render/gpu/backwardShaders.js';
import { fastShaders } from '../../runtime/render/gpu/fast/fastShaders.js';
import { computePipeline, shaderText } from '../../runtime/render/gpu/shaderModule.js';
import { viewShaders } from '../../runtime/render/gpu/viewShaders.js';
import { withIncludes, type ShaderSource } from '../../runtime/render/shaderSource.js';
import { glShaders } from '../../runtime/render/webgl/glShaders.js';
import { unpackPlanes } from '../../shaders/backward/unpackPlanes.wgsl.generated.js';
import { mixPlanes } from '../../shaders/render/mixPlanes.wgsl.generated.js';
import { packPlanes } from '../../shaders/render/packPlanes.wgsl.generated.js';
import { picture } from '../../shaders/render/picture.wgsl.generated.js';
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
  // What stands in another's place, see shaderModule.
  const reached = new Set(['include/planeHalf', ...kernels.flatMap(includesOf)]);
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

const sources: readonly ShaderSource[] = [
  ...[...Object.values(viewShaders), packPlanes, mixPlanes, picture],
  ...[...Object.values(backwardShaders), unpackPlanes],
  ...Object.values(fastShaders),
  ...Object.values(glShaders),
];

describe('modules of shaders', () => {
  test('there is one for every kernel', () => {
    const files = [...kernels.map((name) => `${name}.wgsl`), ...named('webgl', 'glsl').map((name) => `${name}.glsl`)];
    expect(sources.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  test.each(sources)('$name is complete, each file once', (source) => {
    const text = withIncludes(source);
    expect(text).not.toContain('#include');
    expect(text).toContain(source.text.slice(-100));
    const functions = [...text.matchAll(/^(?:@.*\n)*(?:fn|void|\w+) (\w+)\(.*\{$/gm)].map((match) => match[1]!);
    expect(new Set(functions).size).toBe(functions.length);
    expect(functions).toContain('main');
  });

  test('planes are halves where the constants say so', () => {
    const [float, half] = [0, 1].map((HALF_PLANES) => shaderText(viewShaders.density, { HALF_PLANES }));
    expect(float).toContain('alias PlaneTexel = vec4f;');
    expect(half).toContain('alias PlaneTexel = vec2u;');
    expect(half).not.toContain('alias PlaneTexel = vec4f;');
  });

  test('a file that is included and does not exist is named, and modules without a shader go', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shaders-'));
    const embed = (text: string): string => {
      writeFileSync(join(folder, 'a.wgsl'), text);
      const script = `import { embedShaders } from './scripts/embedShaders.mjs'; embedShaders(process.argv[1]);`;
      return spawnSync(process.execPath, ['--input-type=module', '-e', script, folder], { encoding: 'utf8' }).stderr;
    };
    try {
      writeFileSync(join(folder, 'old.wgsl.generated.ts'), '');
      expect(embed('fn a() {}\n')).toBe('');
      expect(readdirSync(folder).sort()).toEqual(['a.wgsl', 'a.wgsl.generated.ts']);
      expect(embed('#include <include/absent>\n')).toContain(
        'shaders/a.wgsl includes shaders/include/absent.wgsl, which does not exist.',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('constants come first', () => {
    expect(shaderText(packPlanes, { CHANNELS4: 3 }).split('\n')[0]).toBe('const CHANNELS4: u32 = 3u;');
  });

  // The entry of pages: what it reaches by imports of values.
  test('what shows heads carries no shader of gradients', () => {
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file) || !existsSync(join(root, file))) return;
      seen.add(file);
      const text = readFileSync(join(root, file), 'utf8');
      for (const [, path] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from '(\..+?)\.js'/gm)) {
        follow(join(file, '..', `${path!}.ts`));
      }
    };
    follow('plugin/index.ts');
    const shaders = [...seen].filter((file) => file.startsWith('shaders'));
    expect(shaders).toContain('shaders/render/march.wgsl.generated.ts');
    expect(shaders.filter((file) => /backward/i.test(file))).toEqual([]);
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
  const compiling = computePipeline(device, viewShaders.march, {}, usesLayout(device, 'march', kernelUses.march));
  await expect(compiling).rejects.toThrow(DeviceError);
  await expect(compiling).rejects.toThrow(/shaders\/render\/march\.wgsl: line \d+: unresolved value/);
  expect(await device.popErrorScope()).not.toBeNull();
});
