import { describe, expect, test } from '@jest/globals';
import { code, importsOf } from './sources.js';

/** Each folder with those it may import from; shaders are text and import nothing. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  runtime: ['runtime'],
  personalize: ['personalize', 'runtime'],
  plugin: ['plugin', 'runtime'],
  editor: ['editor', 'plugin', 'runtime'],
  // By doors of the library, which is a package of another name.
  cli: ['cli'],
  service: ['service'],
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

/** Groups of at least two files each of which reaches all others by its imports (Tarjan's strongly connected components). */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const [order, lowest] = [new Map<string, number>(), new Map<string, number>()];
  const open: string[] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      // A file that is closed already belongs to another group.
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
}

test('no files import each other in a circle, types included', () => {
  const known = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ]);
  expect(circles(known)).toEqual([['a', 'b', 'c']]);
  const nameOf = (file: string): string => file.replace(/\.(ts|js|mjs)$/, '');
  expect(circles(new Map(scripts.map((file) => [nameOf(file), importsOf(file)])))).toEqual([]);
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
  // The plugin for Babylon's Editor is a package of its own.
  expect(users.filter((file) => !/^(plugin\/inspector|editor)\//.test(file))).toEqual([]);
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
