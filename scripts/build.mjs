// `npm run build`: shaders into a module, TypeScript into dist/, cli/dist/ and service/dist/, and of dist/ one script for pages.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const compile = (config) =>
  spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(root, config)], {
    stdio: 'inherit',
  }).status ?? 1;

/**
 * A package in a folder finds this checkout's own other one, also where another checkout's node_modules is shared.
 * @param target folder of the other one, as seen from the root
 */
function linkPackage(folder, name, target) {
  const linked = join(root, folder, 'node_modules', name);
  const wanted = join(root, target);
  for (const path of [linked, join(root, 'node_modules', name)]) {
    try {
      if (realpathSync(path) === realpathSync(wanted)) return;
    } catch {
      // None there.
    }
  }
  rmSync(linked, { force: true });
  mkdirSync(join(root, folder, 'node_modules'), { recursive: true });
  symlinkSync(process.platform === 'win32' ? wanted : join('..', '..', target), linked, 'junction');
}

/**
 * All but dist/umd, which bundles the rest for seconds; tests that need it ask for it.
 * @returns the compiler's exit status
 */
export function build() {
  embedShaders();
  const status = compile('tsconfig.build.json');
  if (status !== 0) return status;
  quoteForEditor();
  linkPackage('cli', 'babylon-personalized-head', '.');
  linkPackage('service', 'babylon-personalized-head', '.');
  linkPackage('cli', 'babylon-personalized-head-service', 'service');
  return compile('cli/tsconfig.build.json') || compile('service/tsconfig.build.json');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const status = build();
  if (status === 0) await buildUmd();
  process.exit(status);
}
