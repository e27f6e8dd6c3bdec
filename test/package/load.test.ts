import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { withTool } from '../harness/tools.js';
import { buildUmd } from './buildUmd.js';
import { root, text } from './sources.js';

/** Compiled by jest's global set-up. */
const dist = join(root, 'dist');
beforeAll(buildUmd);

function modulesIn(folder: string): string[] {
  if (!existsSync(join(dist, folder))) return [];
  return readdirSync(join(dist, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.js') && existsSync(join(root, name.replace(/\.js$/, '.ts'))));
}

/** Imports modules one after the other in a Node that has nothing of a browser or a GPU. */
function load(modules: readonly string[]): { status: number | null; stderr: string; stdout: string } {
  const script = `
    delete globalThis.navigator;
    const before = Object.getOwnPropertyNames(globalThis);
    for (const name of ${JSON.stringify(modules)}) {
      try {
        await import(name);
      } catch (error) {
        console.error(name + ': ' + error);
        process.exitCode = 1;
      }
    }
    const missing = ['GPUBufferUsage', 'document', 'window'].filter((name) => name in globalThis);
    console.log(JSON.stringify({ left: Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name)), missing }));
  `;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    ...{ cwd: root, env: withTool('oldest'), encoding: 'utf8' },
  });
}

test('every module of the runtime loads without a GPU, and leaves no global behind', () => {
  // A worker's entry listens to it.
  const modules = modulesIn('runtime').filter((name) => !name.endsWith('/networkWorker.js'));
  expect(modules).toContain('runtime/checkpoint/index.js');
  expect(modules.length).toBeGreaterThan(60);
  const { status, stderr, stdout } = load(modules.map((name) => `./dist/${name}`));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ left: [], missing: [] });
});

const { name, exports } = JSON.parse(text('package.json')) as {
  name: string;
  exports: Record<string, string | { types: string; default: string }>;
};
const entries = Object.entries(exports).flatMap(([entry, target]) =>
  typeof target === 'object' && !entry.includes('*') ? [{ entry, ...target }] : [],
);
/** Babylon's Inspector needs a page as soon as it is loaded; test/samples/studio.test.ts loads it in one. */
const forPages = ['./inspector'];

test('every entry of the package is compiled, with its declarations', () => {
  const doors = ['.', './pure', './inspector', './umd', './personalize', './runtime', './node', './command'];
  expect(entries.map(({ entry }) => entry)).toEqual(doors);
  // Assets are files; modules have no door but these.
  expect(Object.keys(exports).filter((entry) => entry.includes('*'))).toEqual(['./assets/*']);
  const missing = entries
    .flatMap((entry) => [entry.types, entry.default])
    .filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test('every entry of the package loads under its public name', () => {
  const compiled = entries.map(({ entry }) => entry).filter((entry) => !forPages.includes(entry));
  const { status, stderr } = load(compiled.map((entry) => entry.replace('.', name)));
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

/** What the documents import of the package: door to names; types and what only pages load are left out. */
function documentedImports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of ['README.md', ...readdirSync(join(root, 'docs')).map((each) => `docs/${each}`)]) {
    if (!file.endsWith('.md')) continue;
    for (const [, names, door] of text(file).matchAll(
      /^import \{([^}]*)\} from '(babylon-personalized-head[^']*)';/gm,
    )) {
      const known = found.get(door!) ?? new Set<string>();
      for (const each of names!.split(',')) if (each.trim() && !/^type\s/.test(each.trim())) known.add(each.trim());
      found.set(door!, known);
    }
  }
  return found;
}

test('what the documents import is there', () => {
  const documented = documentedImports();
  documented.delete(`${name}/inspector`);
  expect([...documented.keys()]).toEqual(expect.arrayContaining([name, `${name}/node`, `${name}/personalize`]));
  const script = `
    const wanted = ${JSON.stringify([...documented].map(([door, names]) => [door, [...names]]))};
    for (const [door, names] of wanted) {
      const there = await import(door);
      for (const each of names) if (!(each in there)) console.log(door + ': ' + each);
    }`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    ...{ cwd: root, encoding: 'utf8' },
  });
  expect([stdout, stderr, status]).toEqual(['', '', 0]);
});
