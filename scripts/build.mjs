// `npm run build`, also run by `npm ci`: shaders into a module, TypeScript into dist/, and of that one script for pages.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildUmd } from './buildUmd.mjs';
import { embedShaders } from './embedShaders.mjs';

const root = join(import.meta.dirname, '..');

/** Babylon's Editor finds the imports that it must replace by their double quotes. */
function quoteForEditor() {
  const folder = join(root, 'dist', 'plugin');
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const path = join(folder, name);
    const before = readFileSync(path, 'utf8');
    const after = before
      .replace(/^((?:import|export)\b[^'"\n]*)'(@babylonjs\/[^'\n]*)';$/gm, '$1"$2";')
      .replace(/\bimport\('(@babylonjs\/[^'\n]*)'\)/g, 'import("$1")');
    if (after !== before) writeFileSync(path, after);
  }
}

/**
 * All but dist/umd, which bundles the rest for seconds; tests that need it ask for it.
 * @returns the compiler's exit status
 */
export function build() {
  embedShaders();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = [compiler, '-p', join(root, 'tsconfig.build.json')];
  const status = spawnSync(process.execPath, options, { stdio: 'inherit' }).status ?? 1;
  if (status === 0) quoteForEditor();
  return status;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const status = build();
  if (status === 0) await buildUmd();
  process.exit(status);
}
