import { describe, expect, test } from '@jest/globals';
import { code, importsOf } from './sources.js';

/** Each folder with those it may import from; shaders are text and import nothing. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  runtime: ['runtime'],
  personalize: ['personalize', 'runtime'],
  plugin: ['plugin', 'runtime'],
  cli: ['cli', 'personalize', 'plugin', 'runtime'],
  samples: ['samples', 'personalize', 'plugin', 'runtime', 'assets'],
  bench: ['bench', 'personalize', 'plugin', 'runtime'],
};

const scripts = code.filter((file) => /\.(ts|mjs|js)$/.test(file));
const folderOf = (path: string): string => path.split('/')[0]!;
const isLocal = (name: string): boolean =>
  /^[a-z]+\//.test(name) && scripts.some((file) => file.startsWith(`${name}.`));

test('imports are found', () => {
  expect(importsOf('runtime/render/cpuRenderer.ts')).toEqual(
    expect.arrayContaining(['runtime/camera/camera', 'runtime/render/rays']),
  );
  expect(importsOf('runtime/execution/node.ts')).toContain('onnxruntime-node');
  expect(importsOf('test/render/tiles.test.ts')).toContain('@jest/globals');
});

describe.each(Object.entries(mayImport))('%s', (folder, allowed) => {
  test(`imports only from ${allowed.join(', ')}`, () => {
    const wrong = scripts
      .filter((file) => folderOf(file) === folder)
      .flatMap((file) => importsOf(file).map((name) => [file, name] as const))
      // dist/ is the compiled whole, which the command's launcher starts.
      .filter(([, name]) => isLocal(name) && !allowed.includes(folderOf(name)));
    expect(wrong).toEqual([]);
  });
});

test('nothing but tests imports a test', () => {
  const wrong = scripts.filter((file) => folderOf(file) !== 'test' && file !== 'jest.config.mjs');
  const named = wrong.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('test/'))
      .map((name) => `${file}: ${name}`),
  );
  expect(named).toEqual([]);
});

test('Babylon’s Inspector and React are needed by the entry for it alone', () => {
  const isTool = (imported: string): boolean => /^(@babylonjs\/inspector|react(-dom)?)(\/|$)/.test(imported);
  const users = scripts.filter((file) => !file.startsWith('test/') && importsOf(file).some(isTool));
  expect(users).toEqual(expect.arrayContaining(['plugin/inspector/service.ts', 'plugin/inspector/rowLine.ts']));
  expect(users.filter((file) => !file.startsWith('plugin/inspector/'))).toEqual([]);
  const others = scripts.filter((file) => file.startsWith('plugin/') && !file.startsWith('plugin/inspector/'));
  const named = others.filter((file) => importsOf(file).some((imported) => imported.startsWith('plugin/inspector/')));
  expect(named).toEqual([]);
});

test('only files named *.node.ts import modules of Node', () => {
  const shared = scripts.filter((file) => /^(runtime|personalize|plugin)\//.test(file) && !file.endsWith('.node.ts'));
  const wrong = shared.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('node:'))
      .map((name) => `${file}: ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('modules for every place import no module of Node’s alone', () => {
  const shared = scripts.filter((file) => /^(runtime|personalize|plugin)\//.test(file) && !file.endsWith('.node.ts'));
  const wrong = shared.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.endsWith('.node'))
      .map((name) => `${file}: ${name}`),
  );
  expect(wrong).toEqual([]);
});
