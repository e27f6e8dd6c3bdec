// Writes every shaders/**/*.wgsl into one TypeScript module, so that no bundler needs a loader for WGSL and
// Node reads no files at run time.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const shaderFolder = join(root, 'shaders');
const target = join(root, 'runtime', 'render', 'shaders.generated.ts');

export function embedShaders() {
  const names = existsSync(shaderFolder) ? readdirSync(shaderFolder, { recursive: true }) : [];
  const entries = names
    .filter((name) => name.endsWith('.wgsl'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => {
      const source = readFileSync(join(shaderFolder, name), 'utf8').replaceAll('\r\n', '\n');
      return `  ${JSON.stringify(name.replace(/\.wgsl$/, ''))}: ${JSON.stringify(source)},\n`;
    });
  const text =
    '// Made by scripts/embedShaders.mjs from shaders/: edit the .wgsl files.\n' +
    `export const shaderSources: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
  // An unchanged file keeps its time, so that watchers and build caches stay quiet.
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) embedShaders();
