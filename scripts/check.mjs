// `npm run check`: all that can be said of the code without running it. Every part runs, then the exit status tells.
// `npm run check -- build api` runs the named parts alone.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildEditor } from './buildEditor.mjs';
import { buildUmd } from './buildUmd.mjs';
import { embedShaders } from './embedShaders.mjs';
import { apiReport } from './habits/apiReport.mjs';
import { entrySizes } from './habits/entrySizes.mjs';
import { errorIndex } from './habits/errorIndex.mjs';
import { packedPackages } from './habits/packed.mjs';
import { reference } from './habits/reference.mjs';

const root = join(import.meta.dirname, '..');

/** A package's program, shown as it runs. */
function program(path, ...args) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', path), ...args], {
    ...{ cwd: root, stdio: 'inherit' },
  });
  return status === 0 ? [] : [`it ended with status ${status}`];
}

/** dist/, dist/umd/ and editor/build/ as the sources are now: the parts below read them. */
async function compiled() {
  if (build() !== 0) return ['dist/ could not be compiled'];
  await buildUmd();
  await buildEditor();
  return [];
}

embedShaders();
const parts = {
  types: () => program('typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit'),
  eslint: () => program('eslint/bin/eslint.js', '.'),
  prettier: () => program('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  errors: errorIndex,
  build: compiled,
  api: () => apiReport(),
  reference: () => reference(),
  sizes: entrySizes,
  package: () => packedPackages(),
  unused: () => program('knip/bin/knip.js', '--no-progress'),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`expected parts of ${Object.keys(parts).join(', ')}, got ${unknown.join(', ')}`);

let failed = false;
for (const [name, part] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const wrong = await part();
  if (wrong.length === 0) continue;
  failed = true;
  for (const line of wrong) console.error(`check, ${name}: ${line}`);
  if (name === 'build') break;
}
process.exit(failed ? 1 : 0);
