// `npm run build`, also run by `npm ci`: shaders into a module, TypeScript into dist/.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embedShaders } from './embedShaders.mjs';

const root = join(import.meta.dirname, '..');

/** @returns the compiler's exit status */
export function build() {
  embedShaders();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return (
    spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' }).status ?? 1
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(build());
