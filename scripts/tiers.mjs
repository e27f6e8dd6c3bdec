// The tests in four tiers, by what they need, each with a limit of its own for a single test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Limits are for a machine that does other work too: they end what hangs, and judge no speed. */
export const tiers = {
  unit: { limit: 600_000, about: 'arithmetic and files, on the CPU' },
  gpu: { limit: 900_000, about: 'WebGPU in Node' },
  browser: { limit: 900_000, about: 'pages in headless Chromium' },
  package: { limit: 900_000, about: 'the packages as they are built, and the command as a program' },
};

/** Folder of tools/ to the tests that need it. */
const users = {
  judges: /^test\/(personalize|cli|samples)\//,
  deploy: /^test\/service\/deploy/,
  oldest: /^test\/(package|editor|plugin\/editor)\//,
};

/** @returns names of folders of tools/ */
export const toolsOf = (tests) => Object.keys(users).filter((name) => tests.some((test) => users[name].test(test)));

const importPattern = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;
const reached = new Map();

/** The files of test/ that one imports, and those that these import. */
function reach(file) {
  if (reached.has(file)) return reached.get(file);
  const found = new Set();
  reached.set(file, found);
  for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(importPattern)) {
    const path = posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts');
    if (!path.startsWith('test/') || !existsSync(join(root, path))) continue;
    found.add(path);
    for (const each of reach(path)) found.add(each);
  }
  return found;
}

function tierOf(file) {
  if (/^test\/(package|cli|editor|plugin\/editor|base-model)\//.test(file)) return 'package';
  const uses = reach(file);
  if (uses.has('test/harness/browser.ts') || uses.has('test/harness/samples.ts')) return 'browser';
  return uses.has('test/harness/gpu.ts') || /^test\/plugin\//.test(file) ? 'gpu' : 'unit';
}

/** Every test file, below test/, with its tier. */
export const testFiles = () =>
  readdirSync(join(root, 'test'), { recursive: true })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((file) => ({ file, tier: tierOf(file) }));
